import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { createParser } from 'eventsource-parser';
import { EnvHttpProxyAgent } from 'undici';
import { ModelError } from '../../models/model-error.ts';

/** Where a provider is called, with the headers that hold its credential. */
export interface Upstream {
  readonly baseURL: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A response with an error status. */
export interface UpstreamError {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most some kilobytes. */
  readonly text: string;
}

interface UpstreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable & { text(): Promise<string> };
}

/** Bytes of an answer, and of an error, that are read; the rest of a longer one is not. */
const [maxAnswerBytes, maxErrorBytes] = [64 * 1024 * 1024, 16 * 1024];

/**
 * Calls pass the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The pipeline limits the time of calls, and the number of them: the
 * connections have no limits of their own.
 */
const agent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000, connect: { timeout: 10_000 } });

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;
const isDecoder = (encoding: string): encoding is keyof typeof decoders => encoding in decoders;

/** Some endpoints compress although the request does not accept it. */
function decoded({ headers, body }: UpstreamResponse): Readable {
  const encoding = headers['content-encoding'] ?? 'identity';
  // An error of either stream ends the decoded one, which is read.
  return isDecoder(encoding) ? pipeline(body, decoders[encoding](), () => {}) : body;
}

async function readText(response: UpstreamResponse, maxBytes: number): Promise<string> {
  const { 'content-length': length, 'content-encoding': encoding } = response.headers;
  // Takes half the time of an iteration.
  if (encoding === undefined && Number(length) <= maxBytes) return response.body.text();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(response)) {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString();
}

/** Waits for a part of a response. @throws the reason of the signal; {ModelError} `unreachable`, `timeout` if the response breaks off */
async function received<T>(part: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await part;
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(error);
  }
}

/** The pieces of a text; the end of an iteration over it does not close the connection. */
function textsOf(response: UpstreamResponse, signal: AbortSignal): AsyncIterable<string> & Pick<AsyncIterator<string>, 'next'> {
  const utf8 = new TextDecoder();
  const chunks: AsyncIterator<Buffer> = decoded(response)[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<string>> => {
    const { done, value } = await received(chunks.next(), signal);
    return done ? { done, value: undefined } : { value: utf8.decode(value, { stream: true }) };
  };
  return { next, [Symbol.asyncIterator]: () => ({ next }) };
}

/** Milliseconds that a provider has to end a response after its last event. */
const endMs = 1000;

/** Reads the rest of a response: its connection can serve the next request, which a closed one cannot. */
async function readRest({ body }: UpstreamResponse, texts: Pick<AsyncIterator<string>, 'next'>): Promise<void> {
  const timer = setTimeout(() => body.destroy(), endMs).unref();
  try {
    while (!(await texts.next()).done);
  } catch {
    // The answer is complete already.
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(cause: unknown): ModelError {
  const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : '';
  return new ModelError(/TIMED?_?OUT/.test(code) ? 'timeout' : 'unreachable', 'the endpoint could not be reached', { cause });
}

/** Sends a JSON body. @throws {ModelError} `unreachable`, `timeout`; what `failure` returns for an error status */
async function post(
  { headers }: Upstream,
  url: URL,
  body: string,
  signal: AbortSignal,
  failure: (error: UpstreamError) => ModelError,
): Promise<UpstreamResponse> {
  const request = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
    signal,
  } as const;
  const { statusCode: status, ...response } = await received(agent.request(request), signal);
  if (status >= 200 && status < 300) return { status, ...response };
  const text = await readText({ status, ...response }, maxErrorBytes).catch(() => '');
  throw failure({ status, headers: response.headers, text });
}

const notJson = (cause?: unknown) => new ModelError('invalid_response', 'the endpoint did not answer with JSON', { cause });

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw notJson(error);
  }
}

/** The value of an event with the name `error`, which may hold the error itself. */
const errorEvent = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'error' in value ? value : { error: value };

/** How a response ended: `json`: it was one JSON value, not a stream; `done`: with `[DONE]`; `closed`: without it. */
export type StreamEnd = 'json' | 'done' | 'closed';

/** A provider's endpoint: JSON in, JSON or a stream of it out. */
export class UpstreamClient {
  readonly #upstream: Upstream;
  readonly #failure: (error: UpstreamError) => ModelError;
  readonly #urls = new Map<string, URL>();
  /** @param failure the failure that a response with an error status means */
  constructor(upstream: Upstream, failure: (error: UpstreamError) => ModelError) {
    this.#upstream = upstream;
    this.#failure = failure;
  }

  /** Parses each URL once. */
  #urlOf(path: string): URL {
    const url = this.#urls.get(path) ?? new URL(`${this.#upstream.baseURL.replace(/\/$/, '')}${path}`);
    this.#urls.set(path, url);
    return url;
  }

  /** @returns the JSON of the answer @throws {ModelError} */
  async request(path: string, body: string, signal: AbortSignal): Promise<unknown> {
    const response = await post(this.#upstream, this.#urlOf(path), body, signal, this.#failure);
    return parse(await received(readText(response, maxAnswerBytes), signal));
  }

  /**
   * Passes on the JSON of each server-sent event, one after the other. A JSON answer is one event. Some endpoints send one where the
   * other was requested, or name the wrong content type.
   * @throws {ModelError}; as `onEvent` does
   */
  async stream(path: string, body: string, signal: AbortSignal, onEvent: (event: unknown) => Promise<void>): Promise<StreamEnd> {
    const response = await post(this.#upstream, this.#urlOf(path), body, signal, this.#failure);
    try {
      return await this.#read(response, signal, onEvent);
    } catch (error) {
      response.body.destroy();
      throw error;
    }
  }

  async #read(response: UpstreamResponse, signal: AbortSignal, onEvent: (event: unknown) => Promise<void>): Promise<StreamEnd> {
    const isJson = response.headers['content-type']?.startsWith('application/json');
    const texts = isJson ? undefined : textsOf(response, signal);
    const events: { readonly name: string | undefined; readonly data: string }[] = [];
    const parser = createParser({ onEvent: ({ event: name, data }) => void events.push({ name, data: data.trim() }) });
    let [json, isBlank] = ['', true];
    for await (const text of texts ?? [await received(readText(response, maxAnswerBytes), signal)]) {
      if (json !== '' || (isBlank && /^\s*[[{]/.test(text))) json += text;
      else parser.feed(text);
      if (json.length > maxAnswerBytes) throw notJson();
      isBlank &&= text.trim() === '';
      for (const { name, data } of events.splice(0)) {
        if (data === '[DONE]') {
          if (texts !== undefined) void readRest(response, texts);
          return 'done';
        }
        if (data !== '') await onEvent(name === 'error' ? errorEvent(parse(data)) : parse(data));
      }
    }
    if (json === '') return 'closed';
    await onEvent(parse(json));
    return 'json';
  }
}
