import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type Reader, WatchCache } from '../../cluster/watch-cache.ts';
import { judge } from '../judge/judge.ts';
import type { Memory, Observation } from '../judge/verdict.ts';
import { causeFromVerdict, type FailureCause, ReleaseFailed } from './failure-cause.ts';
import { observe } from './observation.ts';
import { explainRestart, restartedSince } from './restarts.ts';
import type { RolloutContext } from './rollout-context.ts';

const soakPollMs = 500;

/** Additional time for the last observation. */
const observationSeconds = 5;

/**
 * Watches until no container has restarted or lost its readiness for `seconds`; the last observation is a fresh one. Failed reads are repeated.
 * @throws {ReleaseFailed} if a container restarts, the judge reports a failure, or the release is not stable before the deadline
 */
export async function soak(run: RolloutContext, start: Observation, seconds: number, rollout: Deadline): Promise<void> {
  if (seconds === 0) return;
  const { clock } = run.cluster;
  const deadline = new Deadline(clock, Math.max(rollout.secondsLeft, seconds + observationSeconds));
  const cluster = run.cluster.withDeadline(deadline);
  const cache = new WatchCache(cluster);
  try {
    await waitUntilStable({ ...run, cluster }, cache, start, seconds, deadline);
  } finally {
    cache.close();
  }
}

async function waitUntilStable(
  run: RolloutContext,
  cache: WatchCache,
  start: Observation,
  seconds: number,
  deadline: Deadline,
): Promise<void> {
  const { clock } = run.cluster;
  let memory = start.previous;
  let stableSince = clock.ms();
  const isStable = () => clock.ms() >= stableSince + seconds * 1000;
  for (let isFresh = false, needsConfirmation = false; !(isFresh && isStable()); ) {
    if (deadline.isOver) throw new ReleaseFailed(notStable(seconds, run.cluster.now()));
    run.out.showPending({ object: 'service', reason: `healthy; watching for restarts for ${seconds} s` });
    await cache.waitForChange(soakPollMs, run.signal);
    const reader = cache.reader(run.cluster, needsConfirmation || isStable());
    const now = await tryObserve(reader, run.namespace, start, memory);
    if (now === undefined) continue;
    isFresh = reader.isFresh;
    const verdict = judge(now);
    needsConfirmation = verdict.state === 'failed' && !isFresh;
    if (verdict.state === 'failed' && isFresh) throw new ReleaseFailed(causeFromVerdict(verdict));
    if (becameUnready(memory, verdict.memory)) stableSince = clock.ms();
    memory = verdict.memory;
    const restarted = restartedSince(start, now);
    if (restarted === undefined) continue;
    const observeAgain = () => tryObserve(cache.reader(run.cluster, true), run.namespace, start, memory);
    throw new ReleaseFailed(await explainRestart(restarted, start, run, observeAgain));
  }
}

/** Undefined while the API server does not respond. */
async function tryObserve(cluster: Reader, namespace: string, start: Observation, memory: Memory | undefined) {
  const { targets, appliedAt, deadlineSeconds } = start;
  try {
    return await observe({ cluster, namespace, targets, appliedAt, deadlineSeconds }, memory);
  } catch (error) {
    if (!isTransient(error)) throw error;
    return undefined;
  }
}

const notStable = (seconds: number, now: Date): FailureCause => ({
  code: 'not-judged',
  line: `the release is healthy, but could not be observed to stay healthy for ${seconds} s before the deadline`,
  provedAt: now,
  chain: [],
  others: [],
});

/** Whether a container lost its readiness since the previous observation, or has not regained it. */
const becameUnready = (before: Memory | undefined, { readiness }: Memory): boolean =>
  Object.entries(readiness).some(([run, { ready, losses }]) => !ready || losses.at(-1) !== before?.readiness[run]?.losses.at(-1));
