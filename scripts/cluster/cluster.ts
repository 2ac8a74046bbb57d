import type { Duplex } from 'node:stream';
import { backoffMs } from '../../contract/retry.ts';
import { at, isRecord, listAt, parseJson, textAt } from '../values/json.ts';
import { ApiError, isStatus, isTransient, notAnApiServer, webhookFailureOf } from './api-error.ts';
import { type Clock, Deadline, systemClock, withTimeout } from './clock.ts';
import { isKubeObject, type KubeObject, type Ref, refOf } from './objects.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';

/** Field manager of everything that leyenda applies. */
export const fieldManager = 'leyenda';

const questionKinds = { selfsubjectaccessreviews: 'SelfSubjectAccessReview', selfsubjectrulesreviews: 'SelfSubjectRulesReview' };

interface ApplyOptions {
  readonly dryRun?: boolean;
  /** Refuse with 409 when the object has another version by now. */
  readonly resourceVersion?: string;
  /** Take fields from other managers; only for bringing a release back. */
  readonly force?: boolean;
}

/** Which part of a log is read: of the run before, its last lines, or what was written from a moment on, with the time of each line. */
export type LogOptions =
  | { readonly previous: boolean; readonly tailLines: number }
  | { readonly sinceTime: string | undefined; readonly timestamps: true };

/** The objects of a kind that fit the selectors, or the one of that name. */
export interface Selection {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name?: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}
export interface Snapshot {
  readonly objects: readonly KubeObject[];
  /** Where a watch goes on from. Undefined for one object: its watch begins with the state that it finds. */
  readonly resourceVersion: string | undefined;
}
/** What a watch reports. The object of a bookmark is nothing but a version. */
export type Change =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly object: unknown };

/** The API server as the release tool uses it; all I/O with the cluster is here. Errors are ApiError. */
export interface Cluster {
  /** Undefined where there is no such object. */
  get(ref: Ref): Promise<KubeObject | undefined>;
  /** @throws ApiError 404 for a kind that the cluster does not know. */
  list(
    kind: { readonly apiVersion: string; readonly kind: string },
    namespace: string,
    labelSelector?: string,
    fieldSelector?: string,
  ): Promise<KubeObject[]>;
  snapshot(selection: Selection): Promise<Snapshot>;
  /**
   * Streams changes until the API server ends the stream. It has no deadline, and is not tried again.
   * @throws ApiError 410 when the version has expired, 403 without the right to watch; the error of the network; the reason of the signal
   */
  watch(selection: Selection, resourceVersion: string | undefined, onChange: (change: Change) => void, signal: AbortSignal): Promise<void>;
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Replaces the version named in its metadata, or fails with 409. */
  replace(object: KubeObject): Promise<KubeObject>;
  /** Nothing happens where it is gone or another object of that name has taken its place. */
  remove(ref: Ref, uid: string): Promise<void>;
  /** Of the pod's only container if none is named; without what the container runtime says instead of a log. */
  logs(pod: Ref, container: string | undefined, options: LogOptions): Promise<string>;
  /** The server's answer (`status`) to a question about the caller himself, such as SelfSubjectAccessReview; kept nowhere. */
  review(resource: 'selfsubjectaccessreviews' | 'selfsubjectrulesreviews', spec: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A connection to a port of a pod, through the API server; destroy it after use. */
  forward(pod: Ref, port: number): Promise<Duplex>;
  /** The cluster's clock, as far as its answers tell. */
  now(): Date;
  readonly clock: Clock;
  /** How many calls the API server was sent by all views of this cluster. */
  requestCount(): number;
  /**
   * The same cluster for an activity that has an end: its calls are tried again while the API server is away, and none outlives the deadline.
   * Calls without a deadline wait for 30 s.
   */
  withDeadline(deadline: Deadline): Cluster;
}

/** Longest wait for one answer. */
const answerMs = 15_000;
/** An API server that restarts, or is replaced behind its address, is back within this time. */
const restartSeconds = 30;
/** Until it has answered once, its address may be wrong: after so many tries and so much time it is not tried again. */
const firstTries = 3;
const firstSeconds = 1.5;
const longestPauseMs = 1000;
/** With less time than this left a call is not tried again: it would end with the time limit instead of the error. */
const leastTryMs = 500;
/** An admission webhook that does not answer may be starting; each call may wait for it as long as its configuration says. */
const webhookSeconds = 5;

/** Of the end of a log, and of what is new in one that is followed. */
const tailBytes = 64 * 1024;
const followedBytes = 4 * 1024 * 1024;
/** What the kubelet answers if the container has no log. */
const runtimeMessage = /^(?:unable to retrieve container logs for|failed to (?:try resolving symlinks|open log file|get log)|rpc error: )/;

/** What the server is asked by POST and keeps nowhere. */
const isQuestion = ({ path }: ApiRequest): boolean => path.startsWith('/apis/authorization.k8s.io/');

export function createCluster(transport: Transport, forward: Cluster['forward'], clock: Clock = systemClock): Cluster {
  const connection: Connection = { transport, forward, clock, kinds: new Map(), skewMs: 0, hasAnswered: false, calls: 0 };
  return clusterOn(connection, undefined);
}

/** What all views of one cluster share. */
interface Connection {
  readonly transport: Transport;
  readonly forward: Cluster['forward'];
  readonly clock: Clock;
  /** Discovery, read once for each group and version. */
  readonly kinds: Map<string, Promise<readonly unknown[]>>;
  skewMs: number;
  hasAnswered: boolean;
  calls: number;
}

/** Sends a call, and again while the API server is away. @throws ApiError, or the error of the network that was met last */
async function sendWithRetry(connection: Connection, call: ApiRequest, deadline: Deadline | undefined): Promise<ApiResponse> {
  const { transport, clock } = connection;
  const isRepeatable = (call.method !== 'POST' && call.method !== 'PUT') || isQuestion(call);
  const first = new Deadline(clock, firstSeconds);
  const restart = new Deadline(clock, restartSeconds);
  const webhook = new Deadline(clock, webhookSeconds);
  for (let attempt = 1; ; attempt += 1) {
    connection.calls += 1;
    try {
      const answer = await withTimeout(clock, Math.min(answerMs, deadline?.msLeft ?? answerMs), (signal) => transport(call, signal));
      connection.hasAnswered = true;
      connection.skewMs = skewOf(answer.date, clock.now().getTime());
      if (answer.status >= 400) throw apiErrorOf(call, answer);
      return answer;
    } catch (error) {
      const pauseMs = backoffMs({ firstMs: 200, longestMs: longestPauseMs }, attempt);
      const ends = [deadline ?? restart];
      if (!connection.hasAnswered && attempt >= firstTries) ends.push(first);
      if (webhookFailureOf(error) !== undefined) ends.push(webhook);
      const msLeft = Math.min(...ends.map((end) => end.msLeft));
      if (!isRepeatable || !isTransient(error) || msLeft <= pauseMs + leastTryMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
}

function clusterOn(connection: Connection, deadline: Deadline | undefined): Cluster {
  const { kinds, clock, transport } = connection;

  const resourcesOf = async (root: string): Promise<readonly unknown[]> => {
    try {
      return listAt(await send({ method: 'GET', path: root }), 'resources');
    } catch (error) {
      // Of a group that it does not know an API server says so in plain text; the groups of Kubernetes itself it knows.
      const isOwn = !/^\/apis\/[^/]*\./.test(root) || /^\/apis\/[a-z]+\.k8s\.io\//.test(root);
      const isUnknownGroup = !isOwn && textAt(error, 'message')?.includes('404 page not found') === true;
      if (isStatus(error, 404) && (error.reason !== notAnApiServer || isUnknownGroup)) return [];
      throw error;
    }
  };

  /** Path of a kind's collection, from discovery, which is read once for each group and version. */
  const collection = async ({ apiVersion, kind }: { apiVersion: string; kind: string }, namespace: string): Promise<string> => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = kinds.get(root) ?? resourcesOf(root);
    kinds.set(root, known);
    known.catch(() => kinds.delete(root));
    const resource = (await known).find((entry) => textAt(entry, 'kind') === kind && !textAt(entry, 'name')?.includes('/'));
    const plural = textAt(resource, 'name');
    if (!isRecord(resource) || plural === undefined)
      throw new ApiError(404, { reason: 'UnknownKind', message: `the cluster knows no ${kind} in ${apiVersion}` });
    return resource.namespaced === true ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  };
  const pathOf = async (ref: Ref): Promise<string> => `${await collection(ref, ref.namespace)}/${ref.name}`;

  const answered = (call: ApiRequest): Promise<ApiResponse> => sendWithRetry(connection, call, deadline);
  const send = async (call: ApiRequest): Promise<unknown> => {
    const { status, text } = await answered(call);
    const body = parseJson(text);
    if (body === undefined) throw new ApiError(status, { reason: notAnApiServer, message: foreignText(call, status, text) });
    return body;
  };
  const sendObject = async (call: ApiRequest): Promise<KubeObject> => {
    const body = await send(call);
    if (!isKubeObject(body)) throw new Error(`${call.method} ${call.path} answered no object`);
    return body;
  };

  const get = async (ref: Ref): Promise<KubeObject | undefined> => {
    try {
      return await sendObject({ method: 'GET', path: await pathOf(ref) });
    } catch (error) {
      if (isStatus(error, 404) && error.reason === 'NotFound') return undefined;
      throw error;
    }
  };
  const snapshot = async ({ apiVersion, kind, namespace, name, labelSelector, fieldSelector }: Selection): Promise<Snapshot> => {
    if (name !== undefined) {
      const object = await get({ apiVersion, kind, namespace, name });
      return { objects: object === undefined ? [] : [object], resourceVersion: undefined };
    }
    const path = await collection({ apiVersion, kind }, namespace);
    const body = await send({ method: 'GET', path, query: { labelSelector, fieldSelector } });
    const objects = listAt(body, 'items')
      .map((item): unknown => (isRecord(item) ? { ...item, apiVersion, kind } : item))
      .filter(isKubeObject);
    return { objects, resourceVersion: textAt(body, 'metadata', 'resourceVersion') };
  };

  return {
    get,
    snapshot,
    async list({ apiVersion, kind }, namespace, labelSelector, fieldSelector) {
      return [...(await snapshot({ apiVersion, kind, namespace, labelSelector, fieldSelector })).objects];
    },
    async watch({ apiVersion, kind, namespace, name, labelSelector, fieldSelector }, resourceVersion, onChange, signal) {
      const ofName = name === undefined ? fieldSelector : `metadata.name=${name}`;
      const call: ApiRequest = {
        method: 'GET',
        path: await collection({ apiVersion, kind }, namespace),
        query: { watch: 'true', allowWatchBookmarks: 'true', resourceVersion, labelSelector, fieldSelector: ofName },
        onLine: (line) => onChange(changeOf(line)),
      };
      connection.calls += 1;
      const answer = await transport(call, signal);
      if (answer.status >= 400) throw apiErrorOf(call, answer);
    },
    async apply(object, { dryRun = false, resourceVersion, force = false } = {}) {
      const body = resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
      return sendObject({
        method: 'PATCH',
        path: await pathOf(refOf(object)),
        // Strict: a field that the API does not know is an error, not silently dropped.
        query: { fieldManager, fieldValidation: 'Strict', force: String(force), dryRun: dryRun ? 'All' : undefined },
        body,
        contentType: 'application/apply-patch+yaml',
      });
    },
    async create(object) {
      return sendObject({
        method: 'POST',
        path: await collection(object, object.metadata.namespace ?? ''),
        query: { fieldManager },
        body: object,
      });
    },
    async replace(object) {
      return sendObject({ method: 'PUT', path: await pathOf(refOf(object)), query: { fieldManager }, body: object });
    },
    async remove(ref, uid) {
      try {
        await send({ method: 'DELETE', path: await pathOf(ref), body: { preconditions: { uid }, propagationPolicy: 'Background' } });
      } catch (error) {
        if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
      }
    },
    async logs(pod, container, options) {
      const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log`;
      const query =
        'tailLines' in options
          ? { container, previous: options.previous ? 'true' : undefined, tailLines: String(options.tailLines) }
          : { container, sinceTime: options.sinceTime, timestamps: 'true' };
      const { text } = await answered({ method: 'GET', path, query, tailBytes: 'tailLines' in options ? tailBytes : followedBytes });
      return runtimeMessage.test(text) ? '' : text;
    },
    async review(resource, spec) {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: questionKinds[resource], spec };
      return at(await send({ method: 'POST', path: `/apis/authorization.k8s.io/v1/${resource}`, body }), 'status');
    },
    async forward(pod, port) {
      connection.calls += 1;
      const opening = connection.forward(pod, port);
      try {
        return await withTimeout(clock, Math.min(answerMs, deadline?.msLeft ?? answerMs), () => opening);
      } catch (error) {
        opening.then((late) => late.destroy()).catch(() => {});
        throw error;
      }
    },
    now: () => new Date(clock.now().getTime() + connection.skewMs),
    clock,
    requestCount: () => connection.calls,
    withDeadline: (end) => clusterOn(connection, end),
  };
}

/** @throws ApiError for what the server reports instead of a change */
function changeOf(line: string): Change {
  const event = parseJson(line);
  const type = textAt(event, 'type');
  const object = at(event, 'object');
  if (type === 'BOOKMARK') return { type, object };
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isKubeObject(object)) return { type, object };
  throw new ApiError(500, type === 'ERROR' ? object : { reason: notAnApiServer, message: `no change: ${line.slice(0, 40)}` });
}

/** Milliseconds that the server is ahead; its Date header is cut to seconds, so less than two count as none. */
export function skewOf(header: string | undefined, localMs: number): number {
  const serverMs = header === undefined ? Number.NaN : Date.parse(header);
  const skew = serverMs + 500 - localMs;
  return Math.abs(skew) >= 2000 ? skew : 0;
}

/** A proxy may refuse credentials in its own words; any other text without JSON comes from something that is no API server. */
function apiErrorOf(call: ApiRequest, { status, text }: ApiResponse): ApiError {
  const isForeign = status < 500 && ![401, 403, 429].includes(status);
  const words = isForeign ? { reason: notAnApiServer, message: foreignText(call, status, text) } : { message: text.slice(0, 300).trim() };
  return new ApiError(status, parseJson(text) ?? (text.trim() === '' ? {} : words));
}
const foreignText = ({ method, path }: ApiRequest, status: number, text: string): string =>
  `the server does not answer as a Kubernetes API server: ${method} ${path} gave ${status} and ${JSON.stringify(text.slice(0, 40))}`;
