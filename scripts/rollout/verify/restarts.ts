import { longRunningContainers } from '../judge/containers.ts';
import { probeKill } from '../judge/crash-loop.ts';
import { type ContainerStatus, ofKind, type Pod } from '../judge/kubernetes-objects.ts';
import { parseTimestamp } from '../judge/timestamps.ts';
import type { Observation } from '../judge/verdict.ts';
import type { FailureCause } from './failure-cause.ts';
import type { RolloutContext } from './rollout-context.ts';

const eventDelayMs = 1000;

/**
 * Adds the reason of a restart. The kubelet reports the event of a kill a moment after the container's status, so the pods are observed once
 * more. Returns `restarted` unchanged if that fails.
 */
export async function explainRestart(
  restarted: FailureCause,
  start: Observation,
  { cluster, signal }: Pick<RolloutContext, 'cluster' | 'signal'>,
  observeAgain: () => Promise<Observation | undefined>,
): Promise<FailureCause> {
  await cluster.clock.sleep(eventDelayMs, signal);
  const later = await observeAgain().catch(() => undefined);
  return (later && restartedSince(start, later)) ?? restarted;
}

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
