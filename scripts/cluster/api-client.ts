import { backoffMs } from '../../contract/retry.ts';
import { isRecord, listAt, parseJson, textAt } from '../values/json.ts';
import { ApiError, apiErrorOf, isTransient, isUnknownApiGroup, notAnApiServer, unexpectedText, webhookFailureOf } from './api-error.ts';
import { type Clock, Deadline, withTimeout } from './clock.ts';
import type { Cluster, ObjectKind } from './cluster.ts';
import { isKubeObject, type KubeObject, type Ref } from './objects.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';

/** State that all views of one cluster share. */
export interface Connection {
  readonly transport: Transport;
  readonly forward: Cluster['forward'];
  readonly clock: Clock;
  /** Discovery results by API root, such as `/apis/apps/v1`. */
  readonly kinds: Map<string, Promise<readonly unknown[]>>;
  /** Milliseconds that the API server's clock is ahead. */
  skewMs: number;
  hasResponded: boolean;
  requests: number;
}

/** Sends requests with retries. */
export interface ApiClient {
  request(request: ApiRequest): Promise<ApiResponse>;
  /** @returns the JSON body */
  send(request: ApiRequest): Promise<unknown>;
  sendObject(request: ApiRequest): Promise<KubeObject>;
  collectionPath(kind: ObjectKind, namespace: string): Promise<string>;
  objectPath(ref: Ref): Promise<string>;
}

export const requestTimeoutMs = 15_000;
/** An API server that restarts, or is replaced behind its address, is available again within this time. */
const restartSeconds = 30;
/** Before the first response the address may be wrong: retries end after this many attempts and this much time. */
const firstAttempts = 3;
const firstSeconds = 1.5;
const maxBackoffMs = 1000;
/** With less time left there is no retry: it would end with a timeout that hides the error. */
const minAttemptMs = 500;
/** An unavailable admission webhook may be starting; each request may wait for it as long as its configuration allows. */
const webhookSeconds = 5;

export function apiClient(connection: Connection, deadline: Deadline | undefined): ApiClient {
  const request = (call: ApiRequest): Promise<ApiResponse> => requestWithRetries(connection, call, deadline);
  const send = async (call: ApiRequest): Promise<unknown> => {
    const { status, text } = await request(call);
    const body = parseJson(text);
    if (body === undefined) throw new ApiError(status, { reason: notAnApiServer, message: unexpectedText(call, status, text) });
    return body;
  };
  const collectionPath = async ({ apiVersion, kind }: ObjectKind, namespace: string): Promise<string> => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const discovered = connection.kinds.get(root) ?? discover(send, root);
    connection.kinds.set(root, discovered);
    discovered.catch(() => connection.kinds.delete(root));
    const resource = (await discovered).find((entry) => textAt(entry, 'kind') === kind && !textAt(entry, 'name')?.includes('/'));
    const plural = textAt(resource, 'name');
    if (!isRecord(resource) || plural === undefined)
      throw new ApiError(404, { reason: 'UnknownKind', message: `the cluster has no ${kind} in ${apiVersion}` });
    return resource.namespaced === true ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  };
  return {
    request,
    send,
    async sendObject(call) {
      const body = await send(call);
      if (!isKubeObject(body)) throw new Error(`${call.method} ${call.path} returned no object`);
      return body;
    },
    collectionPath,
    objectPath: async (ref) => `${await collectionPath(ref, ref.namespace)}/${ref.name}`,
  };
}

/** The resources of an API group and version; none if the API server does not have them. */
async function discover(send: ApiClient['send'], root: string): Promise<readonly unknown[]> {
  try {
    return listAt(await send({ method: 'GET', path: root }), 'resources');
  } catch (error) {
    if (isUnknownApiGroup(error, root)) return [];
    throw error;
  }
}

/** Reviews are POST requests without side effects. */
const isIdempotent = ({ method, path }: ApiRequest): boolean =>
  (method !== 'POST' && method !== 'PUT') || path.startsWith('/apis/authorization.k8s.io/');

/** Retries while the API server is unavailable. @throws {ApiError}, or the last network error */
async function requestWithRetries(connection: Connection, request: ApiRequest, deadline: Deadline | undefined): Promise<ApiResponse> {
  const { transport, clock } = connection;
  const first = new Deadline(clock, firstSeconds);
  const restart = new Deadline(clock, restartSeconds);
  const webhook = new Deadline(clock, webhookSeconds);
  for (let attempt = 1; ; attempt += 1) {
    connection.requests += 1;
    try {
      const timeoutMs = Math.min(requestTimeoutMs, deadline?.msLeft ?? requestTimeoutMs);
      const response = await withTimeout(clock, timeoutMs, (signal) => transport(request, signal));
      connection.hasResponded = true;
      connection.skewMs = skewOf(response.date, clock.now().getTime());
      if (response.status >= 400) throw apiErrorOf(request, response);
      return response;
    } catch (error) {
      const pauseMs = backoffMs({ firstMs: 200, longestMs: maxBackoffMs }, attempt);
      const ends = [deadline ?? restart];
      if (!connection.hasResponded && attempt >= firstAttempts) ends.push(first);
      if (webhookFailureOf(error) !== undefined) ends.push(webhook);
      const msLeft = Math.min(...ends.map((end) => end.msLeft));
      if (!isIdempotent(request) || !isTransient(error) || msLeft <= pauseMs + minAttemptMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
}

/** Milliseconds that the API server is ahead. Its Date header has whole seconds, so a difference below two counts as none. */
export function skewOf(header: string | undefined, localMs: number): number {
  const serverMs = header === undefined ? Number.NaN : Date.parse(header);
  const skew = serverMs + 500 - localMs;
  return Math.abs(skew) >= 2000 ? skew : 0;
}
