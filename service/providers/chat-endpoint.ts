import { EventSourceParserStream } from 'eventsource-parser/stream';
import { retryAfterSeconds } from '../../contract/retry.ts';
import type { ModelFailure } from '../models/model.ts';
import { ModelError } from '../models/model-error.ts';

/** An OpenAI-compatible endpoint and its credential. */
export interface ChatEndpoint {
  readonly baseURL: string;
  readonly apiKey: string;
}

function failureOf(status: number): ModelFailure {
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429 || status === 503 || status === 529) return 'overloaded';
  return status < 500 ? 'rejected' : 'unreachable';
}

/**
 * Sends a request for a chat completion.
 * @throws {ModelError} without a response, or for a status of an error: its message has only the status, because bodies may quote the request
 */
async function send({ baseURL, apiKey }: ChatEndpoint, body: unknown, accept: string, signal: AbortSignal): Promise<Response> {
  const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', Accept: accept };
  const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
  const response = await fetch(`${baseURL.replace(/\/$/, '')}/chat/completions`, init).catch((cause: unknown) => {
    const code = Error.isError(cause) && Error.isError(cause.cause) && 'code' in cause.cause ? String(cause.cause.code) : '';
    throw new ModelError(/TIMED?_?OUT/.test(code) ? 'timeout' : 'unreachable', 'the endpoint could not be reached', { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new ModelError(failureOf(response.status), `the endpoint returned ${response.status}`, {
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), Date.now()),
  });
}

/** @returns the JSON of the answer */
export async function requestCompletion(endpoint: ChatEndpoint, body: object, signal: AbortSignal): Promise<unknown> {
  return (await send(endpoint, body, 'application/json', signal)).json();
}

/** @yields the JSON of each chunk until `[DONE]` or the end of the stream; ending the iteration closes the connection */
export async function* streamCompletion(endpoint: ChatEndpoint, body: object, signal: AbortSignal): AsyncGenerator<unknown> {
  const streamed = { ...body, stream: true, stream_options: { include_usage: true } };
  const response = await send(endpoint, streamed, 'text/event-stream', signal);
  const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of events ?? []) {
    if (data === '[DONE]') return;
    const chunk: unknown = JSON.parse(data);
    if (typeof chunk === 'object' && chunk !== null && 'error' in chunk && chunk.error) {
      throw new ModelError('unreachable', 'the endpoint returned an error');
    }
    yield chunk;
  }
}
