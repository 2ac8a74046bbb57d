import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../service/contract/cli.ts';
import { Failure } from '../cli/failure.ts';
import { isStatus } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import { at, type KubeObject, numberAt, textAt } from './objects.ts';
import type { Run } from './run.ts';

/** Seconds that a lock outlives its last renewal: after a crash the next deploy waits no longer than this. */
const leaseSeconds = 15;
const renewEveryMs = 5000;
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
  const secondsLeft = (renewed - now.getTime()) / 1000 + (numberAt(lease, 'spec', 'leaseDurationSeconds') ?? leaseSeconds);
  return secondsLeft > 0 ? { state: 'held', holder, secondsLeft: Math.ceil(secondsLeft) } : { state: 'expired', holder };
}

export interface Lock {
  /** Set when the lease was lost to somebody else or could not be renewed in time. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const leaseRef = (namespace: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: lockName });
export const readLock = (cluster: Cluster, namespace: string): Promise<KubeObject | undefined> => cluster.get(leaseRef(namespace));

/**
 * Takes the deploy lock of a namespace and renews it until released. A lease that has expired is taken over.
 * @throws {Failure} `locked`, naming the holder
 */
export async function acquireLock(cluster: Cluster, namespace: string, holder: string): Promise<Lock> {
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
  let current: KubeObject;
  try {
    current = existing === undefined ? await cluster.create(leaseOf(undefined, true)) : await cluster.replace(leaseOf(existing, true));
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    throw lockedBy(textAt(await cluster.get(ref), 'spec', 'holderIdentity') ?? 'another deploy', leaseSeconds);
  }

  const loss = new AbortController();
  let renewedMs = Date.now();
  let renewing = Promise.resolve();
  const renew = async () => {
    try {
      current = await cluster.replace(leaseOf(current, true));
      renewedMs = Date.now();
    } catch (error) {
      if (isStatus(error, 409)) loss.abort(new Error('the deploy lock was taken by somebody else'));
      else if (Date.now() - renewedMs > leaseSeconds * 1000) loss.abort(new Error('the deploy lock could not be renewed in time'));
    }
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, renewEveryMs);
  timer.unref();
  return {
    lost: loss.signal,
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
