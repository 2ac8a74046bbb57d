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
  /** Validity after the last renewal: after a crash the next deploy waits at most this long. */
  readonly leaseSeconds: number;
  readonly renewEveryMs: number;
}
const defaultTiming: Timing = { leaseSeconds: 15, renewEveryMs: 5000 };
/** Timeout of one renewal; the next one retries. */
const renewalSeconds = 10;
const renewalPauseMs = 500;
/** Longest wait for a renewal of a write without a deadline. */
const longestWaitSeconds = 120;
/** Timeout of the release: the lock expires by itself. */
const releaseSeconds = 5;
const lockName = 'leyenda-deploy';

export type LockState =
  | { readonly state: 'free' }
  | { readonly state: 'held'; readonly holder: string; readonly secondsLeft: number }
  | { readonly state: 'expired'; readonly holder: string };

/** State of the lock at this time. */
export function lockState(lease: KubeObject | undefined, now: Date): LockState {
  const holder = textAt(lease, 'spec', 'holderIdentity') ?? '';
  if (holder === '') return { state: 'free' };
  const renewLease = Date.parse(textAt(lease, 'spec', 'renewTime') ?? '');
  const secondsLeft = (renewLease - now.getTime()) / 1000 + (numberAt(lease, 'spec', 'leaseDurationSeconds') ?? defaultTiming.leaseSeconds);
  return secondsLeft > 0 ? { state: 'held', holder, secondsLeft: Math.ceil(secondsLeft) } : { state: 'expired', holder };
}

export interface DeployLock {
  /** Aborted when another process has taken the lease. */
  readonly lost: AbortSignal;
  /**
   * The cluster for the lock holder. After an outage of the API server that was longer than the lease, another process may hold the lock:
   * writes wait until the lease is renewed.
   */
  fenceWrites(cluster: Cluster): Cluster;
  release(): Promise<void>;
}

const leaseRef = (namespace: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: lockName });
export const readDeployLock = (cluster: Cluster, namespace: string): Promise<KubeObject | undefined> => cluster.get(leaseRef(namespace));

/** Location and owner of a lock. */
interface LockSite {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly owner: NamespaceOwner;
}

/**
 * Takes the deploy lock of a namespace and renews it until it is released. An expired lease is taken over.
 * @throws {Failure} `locked`, naming the holder
 */
export async function acquireDeployLock(site: LockSite, holder: string, timing: Timing = defaultTiming): Promise<DeployLock> {
  const { cluster, namespace } = site;
  const existing = await readDeployLock(cluster, namespace);
  const found = lockState(existing, cluster.now());
  if (found.state === 'held') throw lockedBy(found.holder, found.secondsLeft);
  const heldLease = (lease: KubeObject | undefined) =>
    leaseObject(site, lease, heldSpec(lease, holder, timing.leaseSeconds, cluster.now()));
  const lease = await writeLease(cluster, leaseRef(namespace), existing, heldLease(existing), timing.leaseSeconds);
  return renewUntilReleased(site, lease, timing, heldLease);
}

const leaseObject = ({ namespace, owner }: LockSite, existing: KubeObject | undefined, spec: object): KubeObject => {
  const { apiVersion, kind, name } = leaseRef(namespace);
  const resourceVersion = existing?.metadata.resourceVersion;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: ownerLabels(owner), ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec,
  };
};

const heldSpec = (existing: KubeObject | undefined, holder: string, leaseSeconds: number, now: Date) => ({
  holderIdentity: holder,
  leaseDurationSeconds: leaseSeconds,
  acquireTime: at(existing, 'spec', 'holderIdentity') === holder ? at(existing, 'spec', 'acquireTime') : microTime(now),
  renewTime: microTime(now),
});

function renewUntilReleased(
  site: LockSite,
  acquired: KubeObject,
  { leaseSeconds, renewEveryMs }: Timing,
  heldLease: (lease: KubeObject) => KubeObject,
): DeployLock {
  const { cluster, namespace } = site;
  const { clock } = cluster;
  const loss = new AbortController();
  const end = new AbortController();
  let lease = acquired;
  let renewedMs = clock.ms();
  let renewing = Promise.resolve();
  const within = (seconds: number) => cluster.withDeadline(new Deadline(clock, seconds));
  const renew = async () => {
    if (loss.signal.aborted || end.signal.aborted) return;
    try {
      lease = await renewLease(within(renewalSeconds), leaseRef(namespace), lease, heldLease);
      renewedMs = clock.ms();
    } catch (error) {
      if (isStatus(error, 409)) loss.abort(new Error('the deploy lock was taken by another process'));
    }
  };
  const renewNow = () => {
    renewing = renewing.then(renew);
    return renewing;
  };
  const isStale = () => clock.ms() - renewedMs > leaseSeconds * 1000;
  const ensureHeld = async (deadline = new Deadline(clock, longestWaitSeconds)) => {
    loss.signal.throwIfAborted();
    while (isStale()) {
      await withTimeout(clock, deadline.msLeft, renewNow);
      loss.signal.throwIfAborted();
      if (isStale()) await clock.sleep(renewalPauseMs);
    }
  };
  const renewRegularly = async () => {
    while (!loss.signal.aborted) {
      await clock.sleep(renewEveryMs, end.signal);
      await renewNow();
    }
  };
  // Ends with the release.
  renewRegularly().catch(() => {});
  return {
    lost: loss.signal,
    fenceWrites: (unfenced) => fencedCluster(unfenced, ensureHeld),
    async release() {
      end.abort();
      const cleanUp = async () => {
        await renewing;
        if (!loss.signal.aborted) await within(releaseSeconds).replace(leaseObject(site, lease, { holderIdentity: '' }));
      };
      // If this fails, the lease expires within leaseSeconds.
      await withTimeout(clock, releaseSeconds * 1000, cleanUp).catch(() => {});
    },
  };
}

/**
 * Writes a free lease. If the response is lost, the lease is read to find out whether the write succeeded.
 * @throws {Failure} `locked` if another process was faster
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

/** Renews a lease. A conflict with an own write whose response was lost is resolved. @throws {ApiError} 409 if another process holds it */
async function renewLease(cluster: Cluster, ref: Ref, current: KubeObject, next: (lease: KubeObject) => KubeObject): Promise<KubeObject> {
  try {
    return await cluster.replace(next(current));
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const live = await cluster.get(ref);
    if (live === undefined || !isSameHold(live, current)) throw error;
    return cluster.replace(next(live));
  }
}

/** A cluster whose writes run after `ensure`, which waits at most until the deadline of the request. */
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
  async patch(target, change) {
    await ensure(deadline);
    return cluster.patch(target, change);
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

/** A context whose writes are fenced by the lock, and which is aborted if the lock is lost. */
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
 * Takes the lock, waiting at most `waitSeconds` for its release or expiry, and shows the holder meanwhile.
 * @returns the lock, and whether another deploy may have changed the cluster meanwhile
 * @throws {Failure} `locked`, naming the holder, after `waitSeconds`
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
    `wait until it ends, or use --wait SECONDS; if it died, the lock expires within ${seconds} s`,
  );

/** MicroTime of the Kubernetes API. */
const microTime = (time: Date): string => time.toISOString().replace('Z', '000Z');
