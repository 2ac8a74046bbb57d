import type { Pending } from '../../cli/live-view.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { type Clock, Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { label } from '../../cluster/objects.ts';
import { createWatchCache, type WatchCache } from '../../cluster/watch-cache.ts';
import { describeLocation } from '../judge/evaluation-context.ts';
import { isProvedByTime } from '../judge/finding.ts';
import { judge } from '../judge/judge.ts';
import type { Cause, Memory, Observation, PendingTarget, Verdict } from '../judge/verdict.ts';
import { messageOf } from './failure-cause.ts';
import { observe, type WatchOptions } from './observation.ts';

const pollMs = 700;
/** What is concluded when time is up is drawn from looks of the last moment. */
const lastMs = 2000;
/** A look is given up after so many seconds and begun anew. */
const lookSeconds = 20;
/** For the read after the deadline if none was answered before. */
const extraSeconds = 10;
/** A look that fails, or takes so much longer than the fastest one, met an API server that was away: nodes could not report either. */
const outageMs = 3000;
/** For so long after an outage the nodes' reports may be old, and time alone proves nothing. */
const staleMs = 10_000;
/** A failure that lasts for so long is a failure, however often the API server is away. */
const longestDoubtMs = 30_000;

/** A verdict that ends the waiting, and what it was drawn from. */
export interface FinalVerdict {
  readonly verdict: Exclude<Verdict, { state: 'progressing' }>;
  readonly observation: Observation;
}
/**
 * Watches what the targets consist of and asks the judge after every change, and every 0.7 s for what time alone proves, until it is sure or
 * the deadline is over: then the last look decides. A verdict drawn from memory counts only if a fresh look confirms it.
 * The API server being away for a moment is waited out.
 * @throws the reason of the signal when it is aborted; the error of the last look when there was none until the deadline
 */
export async function awaitVerdict(
  watched: WatchOptions,
  deadline: Deadline,
  signal: AbortSignal,
  onWaiting: OnWaiting,
): Promise<FinalVerdict> {
  const mirror = createWatchCache(watched.cluster);
  try {
    return await verdictOf(watched, mirror, deadline, signal, onWaiting);
  } finally {
    mirror.close();
  }
}

async function verdictOf(
  watched: WatchOptions,
  mirror: WatchCache,
  deadline: Deadline,
  signal: AbortSignal,
  onWaiting: OnWaiting,
): Promise<FinalVerdict> {
  const { cluster } = watched;
  const trust = createOutageGuard(cluster.clock);
  let last: Observation | undefined;
  let memory = watched.previous;
  for (let isDoubted = false; ; ) {
    signal.throwIfAborted();
    const look = await lookOnce(watched, mirror, isDoubted || deadline.msLeft < lastMs, deadline, memory);
    isDoubted = false;
    if (look.isFresh) trust.note(look);
    if ('observation' in look) {
      last = look.observation;
      const verdict = judge(last);
      if (verdict.state !== 'progressing' && !look.isFresh && !deadline.isOver) {
        isDoubted = true;
        continue;
      }
      if (verdict.state === 'healthy' || (verdict.state === 'failed' && trust.accepts(verdict.cause)))
        return { verdict, observation: last };
      memory = verdict.memory;
      if (verdict.state === 'progressing') onWaiting(toPending(verdict.waiting, cluster));
      else onWaiting([{ object: 'API server', reason: 'was away; waiting for news from the nodes' }]);
    } else onWaiting([{ object: 'API server', reason: 'does not answer; trying again' }]);
    if (deadline.isOver) {
      last ??= await lastObservation(watched, mirror);
      return verdictAtDeadline(last, memory, cluster.now());
    }
    await mirror.waitForChange(Math.min(pollMs, deadline.msLeft), signal);
  }
}

/** The first read was not answered in time: one more read shows what the pods wait for. @throws the error of that read */
async function lastObservation(watched: WatchOptions, mirror: WatchCache): Promise<Observation> {
  const look = await lookOnce(watched, mirror, true, new Deadline(watched.cluster.clock, extraSeconds), watched.previous);
  if ('error' in look)
    throw new Error(`the API server did not answer before the time was up (${messageOf(look.error)})`, { cause: look.error });
  return look.observation;
}

/** What is known when time is up. */
function verdictAtDeadline(last: Observation, previous: Memory | undefined, now: Date): FinalVerdict {
  const deadlineSeconds = Math.max(0, Math.floor((now.getTime() - last.appliedAt.getTime()) / 1000));
  const observation: Observation = { ...last, now, deadlineSeconds, ...(previous && { previous }) };
  const verdict = judge(observation);
  if (verdict.state === 'progressing') throw new Error('the judge knows no cause at the deadline');
  return { verdict, observation };
}

type Look = { readonly ms: number; readonly isFresh: boolean } & ({ readonly observation: Observation } | { readonly error: unknown });

async function lookOnce(
  watched: WatchOptions,
  mirror: WatchCache,
  fresh: boolean,
  deadline: Deadline,
  memory: Memory | undefined,
): Promise<Look> {
  const { clock } = watched.cluster;
  const startMs = clock.ms();
  const cluster = watched.cluster.withDeadline(new Deadline(clock, Math.min(lookSeconds, deadline.secondsLeft)));
  try {
    const reader = mirror.reader(cluster, fresh);
    const observation = await observe({ ...watched, cluster: reader }, memory);
    return { ms: clock.ms() - startMs, isFresh: reader.isFresh, observation };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { ms: clock.ms() - startMs, isFresh: true, error };
  }
}

/** Whether a failure is accepted: not one that only time proves, for a while after the API server was away. */
function createOutageGuard(clock: Clock) {
  let fastestMs = Number.POSITIVE_INFINITY;
  let trustedFromMs = Number.NEGATIVE_INFINITY;
  let doubtedSinceMs: number | undefined;
  return {
    note(look: Look) {
      const isSlow = look.ms > outageMs && look.ms > 2 * fastestMs;
      if ('error' in look || isSlow) trustedFromMs = clock.ms() + staleMs;
      else fastestMs = Math.min(fastestMs, look.ms);
    },
    accepts(cause: Cause): boolean {
      if (!isProvedByTime(cause.code)) return true;
      doubtedSinceMs ??= clock.ms();
      return clock.ms() >= trustedFromMs || clock.ms() >= doubtedSinceMs + longestDoubtMs;
    },
  };
}

type OnWaiting = (awaited: readonly Pending[]) => void;

/** As it is shown: a line for each target, patience by this machine's clock. */
export function toPending(waiting: readonly PendingTarget[], { clock, now }: Pick<Cluster, 'clock' | 'now'>): Pending[] {
  return waiting.map(({ target, line, until }) => {
    const object = label(target);
    const reason = line.replace(`${describeLocation(target)}: `, '');
    if (until === undefined) return { object, reason };
    return { object, reason, deadline: new Date(clock.now().getTime() + until.getTime() - now().getTime()) };
  });
}
