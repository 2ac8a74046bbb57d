import { request as plainRequest, type RequestOptions } from 'node:http';
import { request } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import type { KubeConfig } from '@kubernetes/client-node';
import { connectionError, credentialError } from './connection-error.ts';

/** A request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Keeps only this many bytes at the end of the response, from the start of a line. */
  readonly tailBytes?: number;
  /** Receives each line of a response with status 200 as it arrives, for a watch; the text of the response is then empty. Its errors end the request. */
  readonly onLine?: (line: string) => void;
}
export interface ApiResponse {
  readonly status: number;
  readonly text: string;
  /** The Date header. */
  readonly date?: string | undefined;
}
/** Sends one request; the signal aborts it. */
export type Transport = (call: ApiRequest, signal?: AbortSignal) => Promise<ApiResponse>;

/**
 * Sends requests with the current context of a kubeconfig and its credentials.
 * The response is raw JSON, because the generated models of the client drop unknown fields, which a diff needs.
 * @throws {ConnectionError} if there is no response
 * @throws {CredentialError} if the credentials are not available
 */
export function createTransport(config: KubeConfig): Transport {
  const cluster = config.getCurrentCluster();
  const server = cluster?.server ?? '';
  return async (call, signal) => {
    const url = new URL(server.replace(/\/$/, '') + call.path);
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options).catch((error: unknown) => {
      throw credentialError(config.getCurrentUser(), error);
    });
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      ...Object.fromEntries(Object.entries(options.headers ?? {})),
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
    const send = url.protocol === 'http:' ? plainRequest : request;
    const outgoing = send(url, { ...options, method: call.method, headers, ...(signal && { signal }) }, (response) => {
      const body =
        call.onLine !== undefined && response.statusCode === 200 ? createLineSplitter(call.onLine) : createTailBuffer(call.tailBytes);
      response.on('data', (chunk: Buffer) => {
        try {
          body.add(chunk);
        } catch (error) {
          reject(error);
          response.destroy();
        }
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: body.text(), date: response.headers.date }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise.catch((error: unknown) => {
      throw connectionError(url.origin, error);
    });
  };
}

/** Splits a response into lines as it arrives. */
function createLineSplitter(onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    add(chunk: Buffer): void {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line);
    },
    text: () => '',
  };
}

/** Collects a response, or its end: this bounds the memory for logs of any length. */
export function createTailBuffer(mostBytes = Number.POSITIVE_INFINITY) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  return {
    add(chunk: Buffer): void {
      chunks.push(chunk);
      bytes += chunk.length;
      for (let [first] = chunks; first !== undefined && bytes - first.length >= mostBytes; [first] = chunks) {
        chunks.shift();
        bytes -= first.length;
        isCut ||= first.length > 0;
      }
    },
    text(): string {
      const all = Buffer.concat(chunks);
      if (!isCut && all.length <= mostBytes) return all.toString('utf8');
      const end = all.subarray(Math.max(0, all.length - mostBytes));
      const lineEnd = end.indexOf('\n');
      return end.subarray(lineEnd === -1 || lineEnd === end.length - 1 ? 0 : lineEnd + 1).toString('utf8');
    },
  };
}
