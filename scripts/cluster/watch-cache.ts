import { type ApiError, isStatus } from './api-error.ts';
import type { Cluster, Selection, WatchEvent } from './cluster.ts';
import { type KubeObject, refKey, refOf } from './objects.ts';

/** The reads of one observation. */
export type Reader = Pick<Cluster, 'get' | 'list' | 'now'>;

/** A reader that uses memory while a watch keeps it current. */
export interface CacheReader extends Reader {
  /** Whether all reads were sent to the API server. */
  readonly isFresh: boolean;
}

/** After this time without an event a watch may have failed silently: its objects are listed again. */
const silenceMs = 10_000;
/** Events arrive in bursts: wait for the rest of one. */
const burstMs = 100;

/** Objects that were listed once, with the changes since. */
interface Entry {
  objects: Map<string, KubeObject>;
  resourceVersion: string | undefined;
  /** Last list or event. */
  lastMessageMs: number;
  state: 'listed' | 'watched' | 'ended';
  readonly end: AbortController;
}

/**
 * Lists objects once and keeps them current with one watch per collection. If a watch ends (a lost connection, an expired version, a missing
 * permission), its objects are listed at every read, and a watch that ended early is restarted after 10 s at the earliest. Watches only save
 * requests: use a fresh reader before a final decision.
 */
export class WatchCache {
  readonly #cluster: Cluster;
  readonly #entries = new Map<string, Entry>();
  /** Earliest restart of a watch. */
  readonly #restartMs = new Map<string, number>();
  readonly #forbidden = new Map<string, ApiError>();
  readonly #changes = createSignal();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** @param client for requests; its deadline applies. @param fresh sends every read to the API server */
  reader(client: Cluster, fresh: boolean): CacheReader {
    let isFresh = true;
    const objectsOf = async (selection: Selection): Promise<readonly KubeObject[]> => {
      const key = JSON.stringify(selection);
      const entry = this.#entries.get(key);
      if (fresh || entry === undefined || !this.#isCurrent(key, selection, entry)) return this.#list(key, selection, client);
      isFresh = false;
      return [...entry.objects.values()];
    };
    return {
      get isFresh() {
        return isFresh;
      },
      get: async ({ apiVersion, kind, namespace, name }) => (await objectsOf({ apiVersion, kind, namespace, name }))[0],
      async list({ apiVersion, kind }, namespace, labelSelector, fieldSelector) {
        return [...(await objectsOf({ apiVersion, kind, namespace, labelSelector, fieldSelector }))];
      },
      now: client.now,
    };
  }

  /** Waits for a change, at most this long. @throws the reason of the signal if it is aborted */
  async waitForChange(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#cluster;
    await clock.sleep(Math.min(burstMs, ms), signal);
    const woken = this.#changes.next();
    if (ms > burstMs) {
      await clock.sleep(ms - burstMs, AbortSignal.any([woken, signal])).catch(() => signal.throwIfAborted());
    }
    this.#changes.reset();
  }

  /** Ends all watches. */
  close(): void {
    for (const { end } of this.#entries.values()) end.abort();
    this.#entries.clear();
  }

  /** Whether memory can replace a request. Starts the watch that keeps it current. */
  #isCurrent(key: string, selection: Selection, entry: Entry): boolean {
    const nowMs = this.#cluster.clock.ms();
    if (entry.state === 'ended' || nowMs - entry.lastMessageMs > silenceMs) return false;
    if (entry.state === 'watched') return true;
    if (nowMs < (this.#restartMs.get(key) ?? 0)) return false;
    void this.#watch(key, selection, entry);
    return true;
  }

  async #watch(key: string, selection: Selection, entry: Entry): Promise<void> {
    const { clock } = this.#cluster;
    entry.state = 'watched';
    const startMs = clock.ms();
    const onEvent = (event: WatchEvent) => {
      entry.lastMessageMs = clock.ms();
      if (applyEvent(entry.objects, event)) this.#changes.notify();
    };
    const pauseMs = await this.#cluster.watch(selection, entry.resourceVersion, onEvent, entry.end.signal).then(
      () => silenceMs,
      (error: unknown) => (isStatus(error, 403) ? Number.POSITIVE_INFINITY : silenceMs),
    );
    entry.state = 'ended';
    if (entry.end.signal.aborted) return;
    if (clock.ms() - startMs < silenceMs) this.#restartMs.set(key, clock.ms() + pauseMs);
    this.#changes.notify();
  }

  async #list(key: string, selection: Selection, client: Cluster): Promise<readonly KubeObject[]> {
    const error = this.#forbidden.get(key);
    if (error !== undefined) throw error;
    const { clock } = this.#cluster;
    const known = this.#entries.get(key);
    try {
      const { objects, resourceVersion } = await client.snapshot(selection);
      const listed = new Map(objects.map((object) => [refKey(refOf(object)), object]));
      if (known?.state === 'watched' && hasSameVersions(known.objects, listed)) {
        // The watch has missed nothing: keep it.
        known.lastMessageMs = clock.ms();
      } else {
        known?.end.abort();
        const end = new AbortController();
        this.#entries.set(key, { objects: listed, resourceVersion, lastMessageMs: clock.ms(), state: 'listed', end });
      }
      return objects;
    } catch (thrown) {
      known?.end.abort();
      this.#entries.delete(key);
      if (isStatus(thrown, 403)) this.#forbidden.set(key, thrown);
      throw thrown;
    }
  }
}

/** Remembers that something has changed, and wakes the waiter. */
function createSignal() {
  let hasChanged = false;
  let waiting = new AbortController();
  return {
    notify() {
      hasChanged = true;
      waiting.abort();
    },
    /** Aborted at the next change, or at once if there was one since the last reset. */
    next(): AbortSignal {
      waiting = new AbortController();
      if (hasChanged) waiting.abort();
      return waiting.signal;
    },
    reset() {
      hasChanged = false;
    },
  };
}

const hasSameVersions = (one: ReadonlyMap<string, KubeObject>, other: ReadonlyMap<string, KubeObject>): boolean =>
  one.size === other.size && [...one].every(([key, { metadata }]) => other.get(key)?.metadata.resourceVersion === metadata.resourceVersion);

/** @returns whether an object has changed */
function applyEvent(objects: Map<string, KubeObject>, { type, object }: WatchEvent): boolean {
  if (type === 'BOOKMARK') return false;
  const key = refKey(refOf(object));
  if (type === 'DELETED') return objects.delete(key);
  const isNew = objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion;
  objects.set(key, object);
  return isNew;
}
