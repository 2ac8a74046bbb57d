import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { parseEvents } from '../client/event-stream.ts';
import { startService } from './service.ts';
import { type Behaviour, startUpstream, type Upstream } from './upstream.ts';

/** Text of a file in `service/testing/cases`. */
export const caseText = (file: string): string => readFileSync(join(import.meta.dirname, 'cases', file), 'utf8');

interface RawOptions {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the body in pieces of so many bytes, each in a packet of its own. */
  readonly pieceBytes?: number;
  /** Ends without the end of the response. */
  readonly reset?: boolean;
}

/** Responds with exactly these bytes. */
export function respondsWithBytes(body: string | Buffer, options: RawOptions = {}): Behaviour {
  const { status = 200, type = 'application/json', headers = {}, pieceBytes = Number.POSITIVE_INFINITY, reset = false } = options;
  const bytes = Buffer.from(body);
  return async (_request, response) => {
    response.socket?.setNoDelay(true);
    response.writeHead(status, { 'Content-Type': type, ...headers });
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const sent = Promise.withResolvers<void>();
      response.write(bytes.subarray(at, at + pieceBytes), () => sent.resolve());
      await sent.promise;
      if (pieceBytes < bytes.length) await sleep(1, undefined, { ref: false });
    }
    if (reset) response.destroy();
    else response.end();
  };
}

/** Responds with a file: `NAME.STATUS.json` with that status, `NAME.sse` as a stream. */
export const respondsWithFile = (file: string): Behaviour =>
  respondsWithBytes(caseText(file), {
    status: Number(/\.(\d{3})\.json$/.exec(file)?.[1] ?? 200),
    type: file.endsWith('.sse') ? 'text/event-stream' : 'application/json',
  });

/** A service whose model `m` is an upstream with these behaviours; `model` has further fields of its setting. */
export async function withModel<T>(
  behaviours: readonly [Behaviour, ...Behaviour[]],
  use: (url: string, upstream: Upstream) => Promise<T>,
  model: object = {},
): Promise<T> {
  const upstream = await startUpstream(...behaviours);
  const setting = { provider: 'openai', id: 'm', base_url: upstream.url, api_key: 'k', ...model };
  const service = await startService({ TEXT_MODELS: JSON.stringify([setting]) });
  try {
    return await use(service.url, upstream);
  } finally {
    await service.close();
    await upstream.close();
  }
}

/** Sends a body as a caller with the permission to write. */
export const post = (url: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const call = z.looseObject({
  index: z.int().optional(),
  id: z.string().optional(),
  function: z.looseObject({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});
const part = z.looseObject({
  content: z.string().nullish(),
  reasoning_content: z.string().optional(),
  tool_calls: z.array(call).optional(),
});
const choice = z.looseObject({ message: part.optional(), delta: part.optional(), finish_reason: z.string().nullish() });
const error = z.looseObject({ code: z.string(), message: z.string(), param: z.string().nullish() });
const event = z.looseObject({
  choices: z.array(choice).optional(),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  error: error.nullish(),
});

/** What a client of OpenAI has after a call. */
export interface Outcome {
  readonly status: number;
  /** `X-Should-Retry`. */
  readonly retry: string | null;
  text: string;
  reasoning: string;
  finish?: string;
  code?: string;
  message?: string;
  /** `name(arguments)` of each tool call. */
  calls: string[];
  ids: string[];
  tokens?: readonly [prompt: number, completion: number];
  /** Whether a stream ended with `[DONE]`. */
  isDone: boolean;
}

/** Sends a chat and collects the answer, whole or streamed. */
export async function chat(url: string, body: object): Promise<Outcome> {
  const response = await post(url, '/v1/chat/completions', body);
  const outcome: Outcome = {
    status: response.status,
    retry: response.headers.get('X-Should-Retry'),
    text: '',
    reasoning: '',
    calls: [],
    ids: [],
    isDone: false,
  };
  const collected = new Map<number, { id: string; name: string; json: string }>();
  const add = (value: z.output<typeof event>) => {
    for (const { message, delta, finish_reason } of value.choices ?? []) {
      const { content, reasoning_content = '', tool_calls = [] } = message ?? delta ?? {};
      outcome.text += content ?? '';
      outcome.reasoning += reasoning_content;
      if (finish_reason) outcome.finish = finish_reason;
      for (const [position, { index = position, id = '', function: called }] of tool_calls.entries()) {
        const known = collected.get(index) ?? { id: '', name: '', json: '' };
        collected.set(index, { id: known.id || id, name: known.name + (called?.name ?? ''), json: known.json + (called?.arguments ?? '') });
      }
    }
    if (value.usage) outcome.tokens = [value.usage.prompt_tokens, value.usage.completion_tokens];
    if (value.error) Object.assign(outcome, { code: value.error.code, message: value.error.message });
  };
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    for await (const { data } of parseEvents(response.body ?? new Blob([]).stream())) {
      if (data === '[DONE]') outcome.isDone = true;
      else add(event.parse(JSON.parse(data)));
    }
  } else {
    const text = await response.text();
    if (!text.startsWith('{')) throw new Error(text);
    add(event.parse(JSON.parse(text)));
  }
  outcome.calls = [...collected.values()].map(({ name, json }) => `${name}(${json})`);
  outcome.ids = [...collected.values()].map(({ id }) => id);
  return outcome;
}
