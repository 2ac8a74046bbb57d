import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type Reader, WatchCache } from '../../cluster/watch-cache.ts';
import { longRunningContainers } from '../judge/containers.ts';
import { probeKill } from '../judge/crash-loop.ts';
import { judge } from '../judge/judge.ts';
import { type ContainerStatus, ofKind, type Pod } from '../judge/kubernetes-objects.ts';
import { parseTimestamp } from '../judge/timestamps.ts';
import type { Memory, Observation } from '../judge/verdict.ts';
import { causeFromVerdict, type FailureCause, ReleaseFailed } from './failure-cause.ts';
import { observe } from './observation.ts';
import type { RolloutContext } from './rollout-context.ts';

const soakPollMs = 500;

const eventDelayMs = 1000;

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
    if (restartedSince(start, now) === undefined) continue;
    // The kubelet reports why it killed a container a moment after the container's status.
    await clock.sleep(eventDelayMs, run.signal);
    const later = await tryObserve(cache.reader(run.cluster, true), run.namespace, start, memory);
    const restarted = restartedSince(start, later ?? now) ?? restartedSince(start, now);
    if (restarted !== undefined) throw new ReleaseFailed(restarted);
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

/** The first container that has ended since `start`, in a pod that existed then, whether or not it has restarted yet. */
export function restartedSince(start: Observation, now: Observation): FailureCause | undefined {
  const before = new Map(runsOf(start).map((one) => [one.key, one.ends]));
  const found = runsOf(now).find(({ key, ends }) => ends > (before.get(key) ?? ends));
  if (found === undefined) return undefined;
  return {
    code: 'restarted',
    line: `container ${found.container} of pod ${found.pod.name} ${probeKill(now, found.live, found.container) ?? endText(found)} after the rollout (${found.restarts} ${found.restarts === 1 ? 'restart' : 'restarts'})`,
    provedAt: parseTimestamp(found.end?.finishedAt) ?? now.now,
    chain: [{ kind: 'Pod', ...found.pod }],
    container: { name: found.container, restarts: found.restarts, previousLogs: !found.isOver },
    others: [],
  };
}

/** How often a container has ended. */
interface Runs {
  readonly key: string;
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly live: Pod;
  readonly container: string;
  readonly restarts: number;
  /** Whether its last run is over and no other has started. */
  readonly isOver: boolean;
  readonly ends: number;
  readonly end: NonNullable<ContainerStatus['lastState']>['terminated'];
}

function endText({ end, isOver }: Runs): string {
  const how = end && ` (exit code ${end.exitCode}, ${end.reason ?? 'no reason given'})`;
  if (isOver) return `has ended${how ?? ''}`;
  return how === undefined ? 'restarted' : `was restarted${how}`;
}

/** Whether the containers of a pod must keep running: not in terminating, ended or Job pods. */
const mustKeepRunning = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed' &&
  metadata.ownerReferences?.some(({ kind }) => kind === 'Job') !== true;

const runsOf = ({ objects }: Observation): Runs[] =>
  ofKind(objects, 'Pod')
    .filter(mustKeepRunning)
    .flatMap((pod) => {
      const { name, namespace = '', uid } = pod.metadata;
      return longRunningContainers(pod).map(({ status }) => {
        const { restartCount: restarts = 0, state, lastState } = status;
        const end = state?.terminated ?? lastState?.terminated;
        const isOver = Boolean(state?.terminated ?? (state?.waiting && lastState?.terminated));
        const ends = restarts + (isOver ? 1 : 0);
        return { key: `${uid}/${status.name}`, pod: { name, namespace }, live: pod, container: status.name, restarts, isOver, ends, end };
      });
    });
