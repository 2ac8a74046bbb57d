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
  /** Origin of the service, without a path. */
  readonly baseUrl: string;
  /** API key or access token. */
  readonly credential?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Retries of a call that is safe to repeat; default: 2. */
  readonly retries?: number;
}

export interface Client {
  /**
   * Calls an endpoint and parses the response with the endpoint's schema.
   * @throws {ApiProblem} if the status is 400 or higher
   * @throws {UnfitAnswer} if the response does not match the endpoint's declaration
   */
  call<N extends EndpointName>(name: N, ...input: CallArguments<N>): Promise<Result<N>>;
  /** Calls an endpoint for a stream of events; leaving the loop cancels the request. Throws like `call`, also during the stream. */
  events<N extends StreamingEndpoint>(name: N, ...input: CallArguments<N>): AsyncIterable<StreamEvent<N>>;
}

/** Aborts with `signal`, or after `seconds` unless cleared before. */
function createTimeout(seconds: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`no response within ${seconds} s`, 'TimeoutError')), seconds * 1000);
  return { signal: AbortSignal.any([controller.signal, ...(signal ? [signal] : [])]), clear: () => clearTimeout(timer) };
}

/** Whether a repeated call has no further effect (RFC 9110, section 9.2.2, or an Idempotency-Key that the endpoint accepts). */
function isRepeatable(name: EndpointName, { idempotencyKey }: AnyInput): boolean {
  const { method, idempotent } = endpointOf(name);
  return ['GET', 'PUT', 'DELETE'].includes(method) || (idempotent === true && idempotencyKey !== undefined);
}

/** A client of every endpoint of the contract, for Node and browsers. */
export function createClient({ baseUrl, credential, fetch = globalThis.fetch, retries = 2 }: ClientOptions): Client {
  /** Sends the request, with retries, and reads the response; one timeout covers both. */
  async function send<T>(name: EndpointName, input: AnyInput, accept: string, read: (response: Response) => Promise<T> | T): Promise<T> {
    const timeout = createTimeout(input.timeoutSeconds ?? timings.edge, input.signal);
    const { url, init } = buildRequest(baseUrl, endpointOf(name), input, { accept, credential });
    const attempt = async () => {
      const response = await fetch(url, { ...init, signal: timeout.signal });
      if (!response.ok) throw await readProblem(response);
      return read(response);
    };
    return withRetry(attempt, isRepeatable(name, input) ? retries : 0, timeout.signal).finally(timeout.clear);
  }

  function call<N extends EndpointName>(name: N, ...input: CallArguments<N>): Promise<Result<N>>;
  function call(name: EndpointName, input: AnyInput = {}): Promise<unknown> {
    const { answer }: Shape = shapes[name];
    return send(name, input, Object.keys(answer.content)[0] ?? '*/*', (response) => readResponse(name, answer, response));
  }

  function events<N extends StreamingEndpoint>(name: N, ...input: CallArguments<N>): AsyncIterable<StreamEvent<N>>;
  async function* events(name: EndpointName, input: AnyInput = {}): AsyncIterable<unknown> {
    const { answer }: Shape = shapes[name];
    yield* await send(name, input, 'text/event-stream', (response) => readEvents(name, answer, response));
  }
  return { call, events };
}
