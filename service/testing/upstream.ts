import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const bodyForm = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** A request that the upstream got. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: z.output<typeof bodyForm>;
  /** How it ended: the whole answer was written, or the caller or the behaviour closed the connection before. */
  readonly ended: Promise<'answered' | 'closed'>;
}

/** What the upstream does with one request. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

interface Speech {
  /** Before anything is sent. */
  readonly delayMs?: number;
  /** Between two pieces of a stream. */
  readonly pieceMs?: number;
  readonly model?: string;
  readonly finish?: string;
  /** `null`: the endpoint does not count. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  /** The stream ends after so many pieces: with an error of the connection, or as if it were whole. */
  readonly cut?: { readonly after: number; readonly how: 'reset' | 'end' | 'silence' };
}

const counted = { prompt_tokens: 11, completion_tokens: 7 };

/** Answers with a text, as a stream of words where that is asked for. */
export function respondsWithText(
  text: string,
  { delayMs = 0, pieceMs = 0, model = 'fake-1', finish = 'stop', usage = counted, cut }: Speech = {},
): Behaviour {
  return async ({ body }, response) => {
    // A caller that has left waits no more, and the test's process need not either.
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    const choice = { index: 0, finish_reason: finish };
    if (body.stream !== true) {
      const message = { role: 'assistant', content: text };
      return answer(200, { id: '1', object: 'chat.completion', model, choices: [{ ...choice, message }], usage })(undefined, response);
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const send = (data: unknown) =>
      response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', model, ...Object(data) })}\n\n`);
    for (const [at, content] of text.split(/(?<=\s)(?=\S)/).entries()) {
      if (at === cut?.after) return stop(cut.how, response);
      if (response.destroyed) return;
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
      await sleep(pieceMs, undefined, { ref: false });
    }
    send({ choices: [{ ...choice, delta: {} }] });
    if (usage !== null) send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  };
}

function stop(how: 'reset' | 'end' | 'silence', response: ServerResponse): void {
  if (how === 'reset') response.destroy();
  if (how === 'end') response.end();
}

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (_: unknown, response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Answers with an error; `headers` such as Retry-After. */
export const respondsWithError = (status: number, headers?: Readonly<Record<string, string>>): Behaviour =>
  answer(status, { error: { message: 'refused', type: 'server_error' } }, headers);
/** Answers 200 with a body of any kind. */
export const respondsWithJson = (body: unknown): Behaviour => answer(200, body);
/** Takes the request and never answers. */
export const neverResponds: Behaviour = () => {};
/** Closes the connection at once. */
export const resetsConnection: Behaviour = (_, response) => void response.destroy();

/**
 * An OpenAI-compatible endpoint on a free port that behaves as it is told: each request takes the next behaviour,
 * the last one stays.
 */
export async function startUpstream(...script: [Behaviour, ...Behaviour[]]) {
  const requests: ReceivedRequest[] = [];
  let behaviours: readonly Behaviour[] = script;
  let used = 0;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const ended = once(response, 'close').then(() => (response.writableFinished ? 'answered' : 'closed'));
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
    /** Takes the place of the script. */
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
