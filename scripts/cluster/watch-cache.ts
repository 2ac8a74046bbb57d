import { type ApiError, isStatus } from './api-error.ts';
import type { Change, Cluster, Selection } from './cluster.ts';
import { type KubeObject, refKey, refOf } from './objects.ts';

/** What a look at the cluster reads with. */
export type Reader = Pick<Cluster, 'get' | 'list' | 'now'>;

/** One look. Its parts come from memory while a watch keeps them current. */
export interface CacheReader extends Reader {
  /** Whether everything was asked of the API server. */
  readonly isFresh: boolean;
}

/** A watch that is silent for longer may be dead without a word: what it watches is read again. */
const silenceMs = 10_000;
/** Changes come in bursts. */
const burstMs = 100;

/** What was read once, and what has changed since. */
interface Entry {
  readonly objects: Map<string, KubeObject>;
  resourceVersion: string | undefined;
  /** Last sign of life of the API server. */
  lastMessageMs: number;
  state: 'read' | 'watched' | 'over';
  readonly end: AbortController;
}

/**
 * Reads objects once and keeps them current by watches, one a collection. Whatever ends a watch (a drop, an expired version, a missing right),
 * its objects are read again, as without watches; a watch that ended early is not begun again for 10 s. So watches spare calls, and nothing
 * depends on them: ask for a fresh look before something final is concluded.
 */
export interface WatchCache {
  /** @param cluster for what has to be read; its deadline holds. @param fresh everything is read from the API server */
  reader(cluster: Cluster, fresh: boolean): CacheReader;
  /** Waits until something has changed, at most so long. @throws the reason of the signal once it is aborted */
  waitForChange(ms: number, signal: AbortSignal): Promise<void>;
  /** Ends all watches. */
  close(): void;
}

export function createWatchCache(cluster: Cluster): WatchCache {
  const { clock } = cluster;
  const entries = new Map<string, Entry>();
  /** Not to be watched before. */
  const restUntilMs = new Map<string, number>();
  const forbidden = new Map<string, ApiError>();
  let hasChanged = false;
  let wake = () => {};

  const changed = () => {
    hasChanged = true;
    wake();
  };

  async function watch(key: string, selection: Selection, entry: Entry): Promise<void> {
    entry.state = 'watched';
    const startMs = clock.ms();
    const restMs = await cluster
      .watch(
        selection,
        entry.resourceVersion,
        (change) => {
          entry.lastMessageMs = clock.ms();
          if (applyChange(entry.objects, change)) changed();
        },
        entry.end.signal,
      )
      .then(
        () => silenceMs,
        (error: unknown) => (isStatus(error, 403) ? Number.POSITIVE_INFINITY : silenceMs),
      );
    entry.state = 'over';
    if (entry.end.signal.aborted) return;
    if (clock.ms() - startMs < silenceMs) restUntilMs.set(key, clock.ms() + restMs);
    changed();
  }

  /** Whether memory is as good as a call. Begins the watch that makes it so. */
  function isCurrent(key: string, selection: Selection, entry: Entry): boolean {
    if (entry.state === 'over' || clock.ms() - entry.lastMessageMs > silenceMs) return false;
    if (entry.state === 'watched') return true;
    if (clock.ms() < (restUntilMs.get(key) ?? 0)) return false;
    void watch(key, selection, entry);
    return true;
  }

  async function read(key: string, selection: Selection, through: Cluster): Promise<readonly KubeObject[]> {
    const refusal = forbidden.get(key);
    if (refusal !== undefined) throw refusal;
    entries.get(key)?.end.abort();
    entries.delete(key);
    try {
      const { objects, resourceVersion } = await through.snapshot(selection);
      const named = new Map(objects.map((object) => [refKey(refOf(object)), object]));
      entries.set(key, { objects: named, resourceVersion, lastMessageMs: clock.ms(), state: 'read', end: new AbortController() });
      return objects;
    } catch (error) {
      if (isStatus(error, 403)) forbidden.set(key, error);
      throw error;
    }
  }

  return {
    reader(through, fresh) {
      let isFresh = true;
      const objectsOf = async (selection: Selection): Promise<readonly KubeObject[]> => {
        const key = JSON.stringify(selection);
        const entry = entries.get(key);
        if (fresh || entry === undefined || !isCurrent(key, selection, entry)) return read(key, selection, through);
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
        now: through.now,
      };
    },
    async waitForChange(ms, signal) {
      await clock.sleep(Math.min(burstMs, ms), signal);
      const awake = new AbortController();
      wake = () => awake.abort();
      if (!hasChanged && ms > burstMs) {
        await clock.sleep(ms - burstMs, AbortSignal.any([awake.signal, signal])).catch(() => signal.throwIfAborted());
      }
      hasChanged = false;
    },
    close() {
      for (const { end } of entries.values()) end.abort();
      entries.clear();
    },
  };
}

/** @returns whether an object has changed */
function applyChange(objects: Map<string, KubeObject>, { type, object }: Change): boolean {
  if (type === 'BOOKMARK') return false;
  const key = refKey(refOf(object));
  if (type === 'DELETED') return objects.delete(key);
  const isNew = objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion;
  objects.set(key, object);
  return isNew;
}
