import type { Pending } from '../../cli/live-view.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { type Clock, Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { label } from '../../cluster/objects.ts';
import { WatchCache } from '../../cluster/watch-cache.ts';
import { describeLocation } from '../judge/evaluation-context.ts';
import { isProvedByTime } from '../judge/finding.ts';
import { judge } from '../judge/judge.ts';
import type { Cause, Memory, Observation, PendingTarget, Verdict } from '../judge/verdict.ts';
import { messageOf } from './failure-cause.ts';
import { observe, type WatchOptions } from './observation.ts';

const pollMs = 700;
/** Before the deadline, observations are always fresh. */
const finalMs = 2000;
/** Timeout of one observation; it is repeated. */
const observationSeconds = 20;
/** For the observation after the deadline if there was none before. */
const extraSeconds = 5;
/** An observation that fails, or is slower than the fastest by this much, indicates an outage: nodes could not report either. */
const outageMs = 3000;
/** After an outage node status may be stale for this long: a duration proves nothing. */
const staleMs = 10_000;
/** A failure that lasts this long is accepted despite outages. */
const maxRejectionMs = 30_000;

/** A final verdict and its observation. */
export interface FinalVerdict {
  readonly verdict: Exclude<Verdict, { state: 'progressing' }>;
  readonly observation: Observation;
}
/**
 * Watches the objects of the targets and judges them after every change and every 0.7 s, until there is a final verdict or the deadline, when
 * the last observation decides. A verdict from cached objects counts only if a fresh observation confirms it. Outages of the API server are
 * waited out.
 * @throws the reason of the signal if it is aborted; the last error if there was no observation until the deadline
 */
export async function awaitVerdict(
  options: WatchOptions,
  deadline: Deadline,
  signal: AbortSignal,
  onWaiting: OnWaiting,
): Promise<FinalVerdict> {
  const cache = new WatchCache(options.cluster);
  try {
    return await verdictOf(options, cache, deadline, signal, onWaiting);
  } finally {
    cache.close();
  }
}

async function verdictOf(
  options: WatchOptions,
  cache: WatchCache,
  deadline: Deadline,
  signal: AbortSignal,
  onWaiting: OnWaiting,
): Promise<FinalVerdict> {
  const { cluster } = options;
  const outageGuard = createOutageGuard(cluster.clock);
  let last: Observation | undefined;
  let memory = options.previous;
  for (let needsConfirmation = false; ; ) {
    signal.throwIfAborted();
    const attempt = await observeOnce(options, cache, needsConfirmation || deadline.msLeft < finalMs, deadline, memory);
    needsConfirmation = false;
    if (attempt.isFresh) outageGuard.note(attempt);
    if ('observation' in attempt) {
      last = attempt.observation;
      const verdict = judge(last);
      if (verdict.state !== 'progressing' && !attempt.isFresh && !deadline.isOver) {
        needsConfirmation = true;
        continue;
      }
      if (verdict.state === 'healthy' || (verdict.state === 'failed' && outageGuard.accepts(verdict.cause)))
        return { verdict, observation: last };
      memory = verdict.memory;
      if (verdict.state === 'progressing') onWaiting(toPending(verdict.waiting, cluster));
      else onWaiting([{ object: 'API server', reason: 'was unavailable; waiting for the nodes to report' }]);
    } else onWaiting([{ object: 'API server', reason: 'does not respond; retrying' }]);
    if (deadline.isOver) {
      last ??= await lastObservation(options, cache);
      return verdictAtDeadline(last, memory, cluster.now());
    }
    await cache.waitForChange(Math.min(pollMs, deadline.msLeft), signal);
  }
}

/** One more observation if all before failed: it shows what the pods wait for. @throws the error of that observation */
async function lastObservation(options: WatchOptions, cache: WatchCache): Promise<Observation> {
  const attempt = await observeOnce(options, cache, true, new Deadline(options.cluster.clock, extraSeconds), options.previous);
  if ('error' in attempt)
    throw new Error(`the API server did not respond before the deadline (${messageOf(attempt.error)})`, { cause: attempt.error });
  return attempt.observation;
}

/** The verdict at the deadline. */
function verdictAtDeadline(last: Observation, previous: Memory | undefined, now: Date): FinalVerdict {
  const deadlineSeconds = Math.max(0, Math.floor((now.getTime() - last.appliedAt.getTime()) / 1000));
  const observation: Observation = { ...last, now, deadlineSeconds, ...(previous && { previous }) };
  const verdict = judge(observation);
  if (verdict.state === 'progressing') throw new Error('the judge found no cause at the deadline');
  return { verdict, observation };
}

type Attempt = { readonly ms: number; readonly isFresh: boolean } & ({ readonly observation: Observation } | { readonly error: unknown });

async function observeOnce(
  options: WatchOptions,
  cache: WatchCache,
  fresh: boolean,
  deadline: Deadline,
  memory: Memory | undefined,
): Promise<Attempt> {
  const { clock } = options.cluster;
  const startMs = clock.ms();
  const cluster = options.cluster.withDeadline(new Deadline(clock, Math.min(observationSeconds, deadline.secondsLeft)));
  try {
    const reader = cache.reader(cluster, fresh);
    const observation = await observe({ ...options, cluster: reader }, memory);
    return { ms: clock.ms() - startMs, isFresh: reader.isFresh, observation };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { ms: clock.ms() - startMs, isFresh: true, error };
  }
}

/** Rejects failures that are proved by their duration for a while after an outage of the API server. */
function createOutageGuard(clock: Clock) {
  let fastestMs = Number.POSITIVE_INFINITY;
  let acceptedFromMs = Number.NEGATIVE_INFINITY;
  let rejectedSinceMs: number | undefined;
  return {
    note(attempt: Attempt) {
      const isSlow = attempt.ms > outageMs && attempt.ms > 2 * fastestMs;
      if ('error' in attempt || isSlow) acceptedFromMs = clock.ms() + staleMs;
      else fastestMs = Math.min(fastestMs, attempt.ms);
    },
    accepts(cause: Cause): boolean {
      if (!isProvedByTime(cause.code)) return true;
      rejectedSinceMs ??= clock.ms();
      return clock.ms() >= acceptedFromMs || clock.ms() >= rejectedSinceMs + maxRejectionMs;
    },
  };
}

type OnWaiting = (awaited: readonly Pending[]) => void;

/** For the live view: one entry per target, with times by the local clock. */
export function toPending(waiting: readonly PendingTarget[], { clock, now }: Pick<Cluster, 'clock' | 'now'>): Pending[] {
  return waiting.map(({ target, line, until }) => {
    const object = label(target);
    const reason = line.replace(`${describeLocation(target)}: `, '');
    if (until === undefined) return { object, reason };
    return { object, reason, deadline: new Date(clock.now().getTime() + until.getTime() - now().getTime()) };
  });
}
