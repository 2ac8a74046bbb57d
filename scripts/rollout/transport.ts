import { request as plainRequest, type RequestOptions } from 'node:http';
import { request } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { connectionError } from './connection-error.ts';
import { credentialError } from './credential-error.ts';

/** One call of the API server. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The Date header. */
  readonly date?: string | undefined;
}
/** Sends one call; the signal ends it. */
export type Transport = (call: Call, signal?: AbortSignal) => Promise<Answer>;

/**
 * Throws ConnectionError if no answer comes, CredentialError if the user's credentials cannot be had.
 * Sends calls as the current context of a kubeconfig, credentials of every kind included.
 * Raw JSON on purpose: the client's generated models drop fields they do not know, and a diff must see all.
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
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const send = url.protocol === 'http:' ? plainRequest : request;
    const outgoing = send(url, { ...options, method: call.method, headers, ...(signal && { signal }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), date: response.headers.date }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise.catch((error: unknown) => {
      throw connectionError(url.origin, error);
    });
  };
}
