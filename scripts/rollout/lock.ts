import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../service/contract/cli.ts';
import { Failure } from '../cli/failure.ts';
import { isStatus, isTransient } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import { at, type KubeObject, numberAt, type Ref, textAt } from './objects.ts';
import type { Run } from './run.ts';

interface Timing {
  /** That a lock outlives its last renewal: after a crash the next deploy waits no longer than this. */
  readonly leaseSeconds: number;
  readonly renewEveryMs: number;
  /** How long an API server may be away before whoever waits for it gives up. */
  readonly longestDoubtMs: number;
}
const usual: Timing = { leaseSeconds: 15, renewEveryMs: 5000, longestDoubtMs: 120_000 };
const doubtPauseMs = 500;
const lockName = 'leyenda-deploy';

export type LockState =
  | { readonly state: 'free' }
  | { readonly state: 'held'; readonly holder: string; readonly secondsLeft: number }
  | { readonly state: 'expired'; readonly holder: string };

/** Who holds the lease at this time. */
export function lockState(lease: KubeObject | undefined, now: Date): LockState {
  const holder = textAt(lease, 'spec', 'holderIdentity') ?? '';
  if (holder === '') return { state: 'free' };
  const renewed = Date.parse(textAt(lease, 'spec', 'renewTime') ?? '');
  const secondsLeft = (renewed - now.getTime()) / 1000 + (numberAt(lease, 'spec', 'leaseDurationSeconds') ?? usual.leaseSeconds);
  return secondsLeft > 0 ? { state: 'held', holder, secondsLeft: Math.ceil(secondsLeft) } : { state: 'expired', holder };
}

export interface Lock {
  /** Set when the lease was lost to somebody else, or could not be renewed for minutes. */
  readonly lost: AbortSignal;
  /**
   * The cluster for whoever holds the lock. Where the API server was away for longer than the lease lasts somebody else may hold it by now:
   * nothing is written before it has been renewed.
   */
  guarded(cluster: Cluster): Cluster;
  release(): Promise<void>;
}

const leaseRef = (namespace: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: lockName });
export const readLock = (cluster: Cluster, namespace: string): Promise<KubeObject | undefined> => cluster.get(leaseRef(namespace));

/**
 * Takes the deploy lock of a namespace and renews it until released. A lease that has expired is taken over.
 * @throws {Failure} `locked`, naming the holder
 */
export async function acquireLock(cluster: Cluster, namespace: string, holder: string, timing: Timing = usual): Promise<Lock> {
  const { leaseSeconds } = timing;
  const ref = leaseRef(namespace);
  const leaseOf = (existing: KubeObject | undefined, held: boolean): KubeObject => ({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      name: lockName,
      namespace,
      ...(existing?.metadata.resourceVersion === undefined ? {} : { resourceVersion: existing.metadata.resourceVersion }),
    },
    spec: held
      ? {
          holderIdentity: holder,
          leaseDurationSeconds: leaseSeconds,
          acquireTime: at(existing, 'spec', 'holderIdentity') === holder ? at(existing, 'spec', 'acquireTime') : micro(cluster.now()),
          renewTime: micro(cluster.now()),
        }
      : { holderIdentity: '' },
  });

  const existing = await cluster.get(ref);
  const found = lockState(existing, cluster.now());
  if (found.state === 'held') throw lockedBy(found.holder, found.secondsLeft);
  let current = await takenOver(cluster, ref, existing, leaseOf(existing, true), leaseSeconds);

  const loss = new AbortController();
  let renewedMs = Date.now();
  let renewing = Promise.resolve();
  const renew = async () => {
    if (loss.signal.aborted) return;
    try {
      current = await renewed(cluster, ref, current, (lease) => leaseOf(lease, true));
      renewedMs = Date.now();
    } catch (error) {
      if (isStatus(error, 409)) loss.abort(new Error('the deploy lock was taken by somebody else'));
      else if (Date.now() - renewedMs > timing.longestDoubtMs) loss.abort(new Error('the deploy lock could not be renewed'));
    }
  };
  const renewNow = () => {
    renewing = renewing.then(renew);
    return renewing;
  };
  const timer = setInterval(() => void renewNow(), timing.renewEveryMs);
  timer.unref();
  return {
    lost: loss.signal,
    guarded: (unguarded) =>
      guardWrites(unguarded, async () => {
        loss.signal.throwIfAborted();
        while (Date.now() - renewedMs > leaseSeconds * 1000) {
          await renewNow();
          loss.signal.throwIfAborted();
          if (Date.now() - renewedMs > leaseSeconds * 1000) await sleep(doubtPauseMs);
        }
      }),
    async release() {
      clearInterval(timer);
      await renewing;
      if (loss.signal.aborted) return;
      try {
        await cluster.replace(leaseOf(current, false));
      } catch {
        // It expires by itself within leaseSeconds.
      }
    },
  };
}

/**
 * Writes a lease that was free. Where the answer was lost on the way the lease itself tells whether it is ours: an API server that goes away
 * at this very moment is no reason to stop.
 * @throws {Failure} `locked` when somebody else was faster
 */
async function takenOver(
  cluster: Cluster,
  ref: Ref,
  existing: KubeObject | undefined,
  lease: KubeObject,
  leaseSeconds: number,
): Promise<KubeObject> {
  try {
    return existing === undefined ? await cluster.create(lease) : await cluster.replace(lease);
  } catch (error) {
    const isLost = isTransient(error);
    if (!isStatus(error, 409) && !isLost) throw error;
    const live = await cluster.get(ref);
    if (isLost && live !== undefined && isSameHold(live, lease)) return live;
    const isUntouched = live?.metadata.resourceVersion === existing?.metadata.resourceVersion;
    if (isLost && isUntouched) return existing === undefined ? cluster.create(lease) : cluster.replace(lease);
    throw lockedBy(textAt(live, 'spec', 'holderIdentity') ?? 'another deploy', leaseSeconds);
  }
}

const isSameHold = (one: KubeObject, other: KubeObject): boolean =>
  ['holderIdentity', 'acquireTime'].every((field) => at(one, 'spec', field) === at(other, 'spec', field));

/** Renews a lease. A conflict with our own write, whose answer was lost on the way, is none. @throws ApiError 409 when another holds it */
async function renewed(cluster: Cluster, ref: Ref, current: KubeObject, next: (lease: KubeObject) => KubeObject): Promise<KubeObject> {
  try {
    return await cluster.replace(next(current));
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const live = await cluster.get(ref);
    if (live === undefined || !isSameHold(live, current)) throw error;
    return cluster.replace(next(live));
  }
}

/** A cluster that is written to only after `sure`. */
const guardWrites = (cluster: Cluster, sure: () => Promise<void>): Cluster => ({
  ...cluster,
  async apply(object, options) {
    await sure();
    return cluster.apply(object, options);
  },
  async create(object) {
    await sure();
    return cluster.create(object);
  },
  async replace(object) {
    await sure();
    return cluster.replace(object);
  },
  async remove(target, uid) {
    await sure();
    return cluster.remove(target, uid);
  },
});

/** What the holder of a lock works with. */
export const holding = <R extends Run>(run: R, lock: Lock): R => ({
  ...run,
  cluster: lock.guarded(run.cluster),
  signal: AbortSignal.any([run.signal, lock.lost]),
});

/** What waiting for the lock needs of a run. */
type Waiter = Pick<Run, 'cluster' | 'namespace' | 'out' | 'signal'>;

/**
 * Takes the lock, or waits at most so many seconds for it, telling whom it waits for: it may be released, or expire. Of several that wait
 * one gets it, the others wait on.
 * @returns the lock, and whether somebody else may have changed the cluster meanwhile
 * @throws {Failure} `locked`, naming the holder, when the seconds are over
 */
export async function waitForLock(
  { cluster, namespace, out, signal }: Waiter,
  holder: string,
  waitSeconds: number,
  pollMs = 1000,
): Promise<{ readonly lock: Lock; readonly waited: boolean }> {
  const end = Date.now() + waitSeconds * 1000;
  for (let waited = false; ; waited = true) {
    try {
      const lock = await acquireLock(cluster, namespace, holder);
      out.now();
      return { lock, waited };
    } catch (error) {
      const left = end - Date.now();
      if (!(error instanceof Failure) || error.exitCode !== exitCodes.locked || left <= 0) throw error;
      out.now({ what: 'lock', why: error.message, until: new Date(end) });
      await sleep(Math.min(pollMs, left), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

const lockedBy = (holder: string, seconds: number): Failure =>
  new Failure(
    'locked',
    `another deploy holds the lock: ${holder}`,
    `wait for it to end, or give --wait SECONDS; if it died, the lock expires by itself within ${seconds} s`,
  );

/** MicroTime of the Kubernetes API. */
const micro = (time: Date): string => time.toISOString().replace('Z', '000Z');
