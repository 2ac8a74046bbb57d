import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const bodyForm = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).default([]),
});

/** A request to the upstream. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: z.output<typeof bodyForm>;
  /** Whether the complete response was sent, or the connection was closed before. */
  readonly ended: Promise<'completed' | 'closed'>;
}

/** How the upstream handles one request. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

interface TextOptions {
  /** Before the response starts. */
  readonly delayMs?: number;
  /** Between two chunks of a stream. */
  readonly pieceMs?: number;
  readonly model?: string;
  readonly finish?: string;
  /** `null`: the response has no usage. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  /** Interrupts the stream after so many chunks: with a connection error, a normal end, or silence. */
  readonly cut?: { readonly after: number; readonly how: 'reset' | 'end' | 'silence' };
}

const defaultUsage = { prompt_tokens: 11, completion_tokens: 7 };

/** Responds with a text, as a stream of words if the request says so. */
export function respondsWithText(
  text: string,
  { delayMs = 0, pieceMs = 0, model = 'fake-1', finish = 'stop', usage = defaultUsage, cut }: TextOptions = {},
): Behaviour {
  return async ({ body }, response) => {
    // After a disconnect this timer must not keep the process running.
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    const choice = { index: 0, finish_reason: finish };
    if (body.stream !== true) {
      const message = { role: 'assistant', content: text };
      return respond(200, { id: '1', object: 'chat.completion', model, choices: [{ ...choice, message }], usage })(undefined, response);
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const send = (data: unknown) =>
      response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', model, ...Object(data) })}\n\n`);
    for (const [at, content] of text.split(/(?<=\s)(?=\S)/).entries()) {
      if (at === cut?.after) return interrupt(cut.how, response);
      if (response.destroyed) return;
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
      await sleep(pieceMs, undefined, { ref: false });
    }
    send({ choices: [{ ...choice, delta: {} }] });
    if (usage !== null) send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  };
}

/** Responds with a stream of what each chunk adds to the message. */
export const respondsWithDeltas =
  (deltas: readonly object[], finish: string): Behaviour =>
  (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const choices = [...deltas.map((delta) => ({ index: 0, delta, finish_reason: null })), { index: 0, delta: {}, finish_reason: finish }];
    for (const choice of choices)
      response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', model: 'fake-1', choices: [choice] })}\n\n`);
    response.end('data: [DONE]\n\n');
  };

function interrupt(how: 'reset' | 'end' | 'silence', response: ServerResponse): void {
  if (how === 'reset') response.destroy();
  if (how === 'end') response.end();
}

function respond(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (_: unknown, response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Responds with an error; `headers` such as Retry-After. */
export const respondsWithError = (status: number, headers?: Readonly<Record<string, string>>): Behaviour =>
  respond(status, { error: { message: 'rejected', type: 'server_error' } }, headers);
/** Responds with 200 and any body. */
export const respondsWithJson = (body: unknown): Behaviour => respond(200, body);
/** Accepts the request and sends nothing. */
export const neverResponds: Behaviour = () => {};
/** Closes the connection at once. */
export const resetsConnection: Behaviour = (_, response) => void response.destroy();

/**
 * An OpenAI-compatible endpoint on a free port. Each request gets the next behaviour; the last one applies to all that follow.
 */
export async function startUpstream(...script: [Behaviour, ...Behaviour[]]) {
  const requests: ReceivedRequest[] = [];
  let behaviours: readonly Behaviour[] = script;
  let used = 0;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const ended = once(response, 'close').then(() => (response.writableFinished ? 'completed' : 'closed'));
    const { url: path = '', headers } = incoming;
    const received = { path, headers, body: bodyForm.parse(JSON.parse(Buffer.concat(chunks).toString())), ended };
    requests.push(received);
    const behaviour = behaviours[Math.min(used++, behaviours.length - 1)];
    await behaviour?.(received, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    /** For `base_url`. */
    url: `http://127.0.0.1:${address.port}/v1`,
    /** In the order of arrival. */
    requests,
    /** Replaces the script. */
    setBehaviours(...next: [Behaviour, ...Behaviour[]]): void {
      behaviours = next;
      used = 0;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
export type Upstream = Awaited<ReturnType<typeof startUpstream>>;
