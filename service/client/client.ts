import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import { timings } from '../../contract/timings.ts';
import type { Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { readProblem } from './problem.ts';
import { readEvents, readResponse } from './read.ts';
import { type AnyInput, buildRequest } from './request.ts';
import { withRetry } from './retry.ts';
import type { CallArguments, Result, StreamEvent, StreamingEndpoint } from './types.ts';

export interface ClientOptions {
  /** Where the service is, without a path. */
  readonly baseUrl: string;
  /** API key or access token. */
  readonly credential?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How often a call that may be repeated is repeated; default: 2. */
  readonly retries?: number;
}

export interface Client {
  /**
   * Calls an endpoint and reads its answer by the endpoint's own schema.
   * @throws {ApiProblem} what the service answers with 400 and more
   * @throws {UnfitAnswer} an answer that is not as declared
   */
  call<N extends EndpointName>(name: N, ...input: CallArguments<N>): Promise<Result<N>>;
  /** Calls an endpoint for a stream of events; leaving the loop ends the work. Throws as `call` does, also in the middle. */
  events<N extends StreamingEndpoint>(name: N, ...input: CallArguments<N>): AsyncIterable<StreamEvent<N>>;
}

/** Aborts when the caller does, and after so many seconds unless it is cleared before. */
function deadline(seconds: number, signal: AbortSignal | undefined) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException(`no answer within ${seconds} s`, 'TimeoutError')), seconds * 1000);
  return { signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]), clear: () => clearTimeout(timer) };
}

/** Whether doing it twice is the same as doing it once (RFC 9110, section 9.2.2; Idempotency-Key where it is honoured). */
function isRepeatable(name: EndpointName, { idempotencyKey }: AnyInput): boolean {
  const { method, idempotent } = endpointOf(name);
  return ['GET', 'PUT', 'DELETE'].includes(method) || (idempotent === true && idempotencyKey !== undefined);
}

/** A client of every endpoint of the contract; it runs in a browser too. */
export function createClient({ baseUrl, credential, fetch = globalThis.fetch, retries = 2 }: ClientOptions): Client {
  /** Calls until it is answered, then reads the answer within the same time. */
  async function ask<T>(name: EndpointName, input: AnyInput, accept: string, read: (response: Response) => Promise<T> | T): Promise<T> {
    const limit = deadline(input.timeoutSeconds ?? timings.edge, input.signal);
    const { url, init } = buildRequest(baseUrl, endpointOf(name), input, { accept, credential });
    const attempt = async () => {
      const response = await fetch(url, { ...init, signal: limit.signal });
      if (!response.ok) throw await readProblem(response);
      return read(response);
    };
    return withRetry(attempt, isRepeatable(name, input) ? retries : 0, limit.signal).finally(limit.clear);
  }

  function call<N extends EndpointName>(name: N, ...input: CallArguments<N>): Promise<Result<N>>;
  function call(name: EndpointName, input: AnyInput = {}): Promise<unknown> {
    const { answer }: Shape = shapes[name];
    return ask(name, input, Object.keys(answer.content)[0] ?? '*/*', (response) => readResponse(name, answer, response));
  }

  function events<N extends StreamingEndpoint>(name: N, ...input: CallArguments<N>): AsyncIterable<StreamEvent<N>>;
  async function* events(name: EndpointName, input: AnyInput = {}): AsyncIterable<unknown> {
    const { answer }: Shape = shapes[name];
    yield* await ask(name, input, 'text/event-stream', (response) => readEvents(name, answer, response));
  }
  return { call, events };
}
