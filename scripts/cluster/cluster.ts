import type { Duplex } from 'node:stream';
import type { Clock, Deadline } from './clock.ts';
import type { KubeObject, Ref } from './objects.ts';

/** Field manager of all server-side applies of this tool. */
export const fieldManager = 'leyenda';

export interface ApplyOptions {
  readonly dryRun?: boolean;
  /** If set, the apply fails with 409 unless the object has this version. */
  readonly resourceVersion?: string;
  /** Takes over fields from other managers; only for a rollback. */
  readonly force?: boolean;
}

/** The last lines of a log, or the lines since a time, each with its timestamp. */
export type LogOptions =
  | { readonly previous: boolean; readonly tailLines: number }
  | { readonly sinceTime: string | undefined; readonly timestamps: true };

export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The objects of a kind that match the selectors, or the one with a name. */
export interface Selection extends ObjectKind {
  readonly namespace: string;
  readonly name?: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}
export interface Snapshot {
  readonly objects: readonly KubeObject[];
  /** Start of a watch. Undefined for a single object: its watch starts with the current state. */
  readonly resourceVersion: string | undefined;
}
/** An event of a watch. A bookmark contains only a resource version. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly object: unknown };

/** Client of the API server. Its errors are ApiError, ConnectionError and CredentialError. */
export interface Cluster {
  /** Undefined if the object does not exist. */
  get(ref: Ref): Promise<KubeObject | undefined>;
  /** @throws {ApiError} 404 for a kind that the API server does not know */
  list(kind: ObjectKind, namespace: string, labelSelector?: string, fieldSelector?: string): Promise<KubeObject[]>;
  snapshot(selection: Selection): Promise<Snapshot>;
  /**
   * Streams changes until the API server ends the stream. It has no deadline and is not retried.
   * @throws {ApiError} 410 if the version has expired, 403 without the permission to watch
   */
  watch(
    selection: Selection,
    resourceVersion: string | undefined,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Changes some fields (JSON Merge Patch, RFC 7396); null removes one. */
  patch(ref: Ref, change: Readonly<Record<string, unknown>>): Promise<KubeObject>;
  /** Replaces the version named in the object's metadata. @throws {ApiError} 409 if that is not the current version */
  replace(object: KubeObject): Promise<KubeObject>;
  /** Deletes the object with this UID; does nothing if it does not exist or another object has its name. */
  remove(ref: Ref, uid: string): Promise<void>;
  /** Without a container name: the log of the pod's only container. Empty if the container has no log. */
  logs(pod: Ref, container: string | undefined, options: LogOptions): Promise<string>;
  /** Status of a review of the caller's own permissions, such as SelfSubjectAccessReview. */
  review(resource: 'selfsubjectaccessreviews' | 'selfsubjectrulesreviews', spec: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Version of the API server, such as `1.33`; undefined if this account may not read it. */
  version(): Promise<string | undefined>;
  /** A connection to a port of a pod through the API server; destroy it after use. */
  forward(pod: Ref, port: number): Promise<Duplex>;
  /** Time of the API server, estimated from its Date headers. */
  now(): Date;
  readonly clock: Clock;
  /** Number of requests sent by all views of this cluster, watches and retries included. */
  requestCount(): number;
  /**
   * A view of this cluster for an activity with a deadline: requests are retried while the API server is unavailable, and none outlives the
   * deadline. Requests without a deadline are retried for 30 s.
   */
  withDeadline(deadline: Deadline): Cluster;
}
