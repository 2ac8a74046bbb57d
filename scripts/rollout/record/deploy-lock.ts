import { exitCodes } from '../../cli/exit-codes.ts';
import { Failure } from '../../cli/failure.ts';
import type { Output } from '../../cli/output.ts';
import { isStatus, isTransient } from '../../cluster/api-error.ts';
import { Deadline, withTimeout } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject, Ref } from '../../cluster/objects.ts';
import { at, numberAt, textAt } from '../../values/json.ts';
import { type NamespaceOwner, ownerLabels } from './namespace-owner.ts';

interface Timing {
  /** That a lock outlives its last renewal: after a crash the next deploy waits no longer than this. */
  readonly leaseSeconds: number;
  readonly renewEveryMs: number;
}
const usual: Timing = { leaseSeconds: 15, renewEveryMs: 5000 };
/** Longest time for one renewal; the next one tries again. */
const renewalSeconds = 10;
const renewalPauseMs = 500;
/** Longest wait of a write without a deadline for a renewal. */
const longestWaitSeconds = 120;
/** Longest time for giving the lock back: it expires by itself. */
const releaseSeconds = 5;
const lockName = 'leyenda-deploy';

export type LockState =
  | { readonly state: 'free' }
  | { readonly state: 'held'; readonly holder: string; readonly secondsLeft: number }
  | { readonly state: 'expired'; readonly holder: string };

/** Who holds the lease at this time. */
export function lockState(lease: KubeObject | undefined, now: Date): LockState {
  const holder = textAt(lease, 'spec', 'holderIdentity') ?? '';
  if (holder === '') return { state: 'free' };
  const renewLease = Date.parse(textAt(lease, 'spec', 'renewTime') ?? '');
  const secondsLeft = (renewLease - now.getTime()) / 1000 + (numberAt(lease, 'spec', 'leaseDurationSeconds') ?? usual.leaseSeconds);
  return secondsLeft > 0 ? { state: 'held', holder, secondsLeft: Math.ceil(secondsLeft) } : { state: 'expired', holder };
}

export interface DeployLock {
  /** Aborted when another process has taken the lease. */
  readonly lost: AbortSignal;
  /**
   * The cluster for the lock holder. If the API server was away for longer than the lease lasts, another process may hold the lock by now:
   * nothing is written until the lease is renewed.
   */
  fenceWrites(cluster: Cluster): Cluster;
  release(): Promise<void>;
}

const leaseRef = (namespace: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: lockName });
export const readDeployLock = (cluster: Cluster, namespace: string): Promise<KubeObject | undefined> => cluster.get(leaseRef(namespace));

/** Where the lock is taken. */
interface LockSite {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly owner: NamespaceOwner;
}

/**
 * Takes the deploy lock of a namespace and renews it until released. A lease that has expired is taken over.
 * @throws {Failure} `locked`, naming the holder
 */
export async function acquireDeployLock(
  { cluster, namespace, owner }: LockSite,
  holder: string,
  timing: Timing = usual,
): Promise<DeployLock> {
  const { leaseSeconds } = timing;
  const { clock } = cluster;
  const ref = leaseRef(namespace);
  const leaseOf = (existing: KubeObject | undefined, held: boolean): KubeObject => ({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      name: lockName,
      namespace,
      labels: ownerLabels(owner),
      ...(existing?.metadata.resourceVersion === undefined ? {} : { resourceVersion: existing.metadata.resourceVersion }),
    },
    spec: held
      ? {
          holderIdentity: holder,
          leaseDurationSeconds: leaseSeconds,
          acquireTime: at(existing, 'spec', 'holderIdentity') === holder ? at(existing, 'spec', 'acquireTime') : microTime(cluster.now()),
          renewTime: microTime(cluster.now()),
        }
      : { holderIdentity: '' },
  });

  const existing = await cluster.get(ref);
  const found = lockState(existing, cluster.now());
  if (found.state === 'held') throw lockedBy(found.holder, found.secondsLeft);
  let current = await writeLease(cluster, ref, existing, leaseOf(existing, true), leaseSeconds);

  const loss = new AbortController();
  const end = new AbortController();
  let renewedMs = clock.ms();
  let renewing = Promise.resolve();
  const renew = async () => {
    if (loss.signal.aborted || end.signal.aborted) return;
    try {
      current = await renewed(within(renewalSeconds), ref, current, (lease) => leaseOf(lease, true));
      renewedMs = clock.ms();
    } catch (error) {
      if (isStatus(error, 409)) loss.abort(new Error('the deploy lock was taken by another process'));
    }
  };
  const within = (seconds: number) => cluster.withDeadline(new Deadline(clock, seconds));
  const renewNow = () => {
    renewing = renewing.then(renew);
    return renewing;
  };
  const isStale = () => clock.ms() - renewedMs > leaseSeconds * 1000;
  const renewRegularly = async () => {
    while (!loss.signal.aborted) {
      await clock.sleep(timing.renewEveryMs, end.signal);
      await renewNow();
    }
  };
  // It ends with the release.
  renewRegularly().catch(() => {});
  return {
    lost: loss.signal,
    fenceWrites: (unguarded) =>
      fencedCluster(unguarded, async (deadline = new Deadline(clock, longestWaitSeconds)) => {
        loss.signal.throwIfAborted();
        while (isStale()) {
          await withTimeout(clock, deadline.msLeft, renewNow);
          loss.signal.throwIfAborted();
          if (isStale()) await clock.sleep(renewalPauseMs);
        }
      }),
    async release() {
      end.abort();
      const cleanUp = async () => {
        await renewing;
        if (!loss.signal.aborted) await within(releaseSeconds).replace(leaseOf(current, false));
      };
      // If this fails, the lease expires within leaseSeconds.
      await withTimeout(clock, releaseSeconds * 1000, cleanUp).catch(() => {});
    },
  };
}

/**
 * Writes a lease that was free. Where the answer was lost on the way the lease itself tells whether it is ours: an API server that goes away
 * at this very moment is no reason to stop.
 * @throws {Failure} `locked` when somebody else was faster
 */
async function writeLease(
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

/** A cluster that is written to only after `ensure`, which waits no longer than the deadline of the calls. */
const fencedCluster = (cluster: Cluster, ensure: (deadline?: Deadline) => Promise<void>, deadline?: Deadline): Cluster => ({
  ...cluster,
  withDeadline: (end) => fencedCluster(cluster.withDeadline(end), ensure, end),
  async apply(object, options) {
    await ensure(deadline);
    return cluster.apply(object, options);
  },
  async create(object) {
    await ensure(deadline);
    return cluster.create(object);
  },
  async replace(object) {
    await ensure(deadline);
    return cluster.replace(object);
  },
  async remove(target, uid) {
    await ensure(deadline);
    return cluster.remove(target, uid);
  },
});

/** What the holder of a lock works with. */
export const withDeployLock = <R extends { readonly cluster: Cluster; readonly signal: AbortSignal }>(run: R, lock: DeployLock): R => ({
  ...run,
  cluster: lock.fenceWrites(run.cluster),
  signal: AbortSignal.any([run.signal, lock.lost]),
});

interface Waiter extends LockSite {
  readonly out: Pick<Output, 'showPending'>;
  readonly signal: AbortSignal;
}

/**
 * Takes the lock, or waits at most so many seconds for it, telling whom it waits for: it may be released, or expire. Of several that wait
 * one gets it, the others wait on.
 * @returns the lock, and whether somebody else may have changed the cluster meanwhile
 * @throws {Failure} `locked`, naming the holder, when the seconds are over
 */
export async function waitForDeployLock(
  site: Waiter,
  holder: string,
  waitSeconds: number,
  pollMs = 1000,
): Promise<{ readonly lock: DeployLock; readonly waited: boolean }> {
  const { cluster, out, signal } = site;
  const { clock } = cluster;
  const end = new Deadline(clock, waitSeconds);
  for (let waited = false; ; waited = true) {
    try {
      const lock = await acquireDeployLock(site, holder);
      out.showPending();
      return { lock, waited };
    } catch (error) {
      if (!(error instanceof Failure) || error.exitCode !== exitCodes.locked || end.isOver) throw error;
      out.showPending({ object: 'lock', reason: error.message, deadline: new Date(clock.now().getTime() + end.msLeft) });
      await clock.sleep(Math.min(pollMs, end.msLeft), signal);
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
const microTime = (time: Date): string => time.toISOString().replace('Z', '000Z');
