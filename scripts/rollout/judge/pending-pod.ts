import {
  type ContainerContext,
  containerContexts,
  type EvaluationContext,
  eventsOf,
  refTo,
  singleLine,
  type WorkloadContext,
} from './evaluation-context.ts';
import { conditionOf, type Pod } from './kubernetes-objects.ts';
import { lastProbeMessage } from './never-ready.ts';
import { parseTimestamp } from './timestamps.ts';

/** What a pod waits for when no rule has found anything wrong with it. */
export interface PendingPod {
  readonly pod?: Pod;
  readonly container?: ContainerContext;
  /** After the place: `init container wait-for-db runs for 290 s and has not ended`. */
  readonly what: string;
}

/**
 * What keeps a workload from being healthy: the first pod of the new revision that is not ready, an old one that does not end, or that there
 * is no new pod at all; with the last event about it.
 */
export function findPendingPod(scene: EvaluationContext, subject: WorkloadContext): PendingPod | undefined {
  const byName = (one: Pod, two: Pod) => (one.metadata.name < two.metadata.name ? -1 : 1);
  const unready = [...subject.pods].sort(byName).filter((pod) => !isReady(pod));
  // A pod that was evicted says more than the one that has just replaced it.
  const waiting = unready.find(({ status }) => status?.phase === 'Failed') ?? unready[0];
  if (waiting !== undefined) return withEvent(scene, waitOfPod(scene, subject, waiting));
  const [leaving] = [...subject.terminatingPods].sort(byName);
  if (leaving !== undefined) return withEvent(scene, { pod: leaving, what: 'of an earlier revision has not ended yet' });
  if (subject.pods.length > 0) return undefined;
  const { workload, replicaSet } = subject;
  const owner = replicaSet ?? workload;
  return { what: `no pod of the new revision exists${lastEvent(scene, refTo(owner.kind, owner.metadata))}` };
}

const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';

const withEvent = (scene: EvaluationContext, wait: PendingPod): PendingPod =>
  wait.pod === undefined ? wait : { ...wait, what: `${wait.what}${lastEvent(scene, refTo('Pod', wait.pod.metadata))}` };

function lastEvent(scene: EvaluationContext, object: ReturnType<typeof refTo>): string {
  const latest = eventsOf(scene, object)[0];
  return latest === undefined ? '' : `; last event: ${latest.reason}: ${singleLine(latest.message)}`;
}

/** Of one pod that is not ready, in the order in which a pod starts. */
function waitOfPod(scene: EvaluationContext, subject: WorkloadContext, pod: Pod): PendingPod {
  const { phase, reason, message, conditions } = pod.status ?? {};
  if (phase === 'Failed') return { pod, what: `has ended: ${reason ?? 'Failed'}${message ? `: ${singleLine(message)}` : ''}` };
  const scheduled = conditionOf(conditions, 'PodScheduled');
  if (pod.spec?.nodeName === undefined)
    return { pod, what: `is on no node${scheduled?.message ? `: ${singleLine(scheduled.message)}` : ''}` };
  const node = `node ${pod.spec.nodeName}`;
  if (scene.notReadyNodes.has(pod.spec.nodeName)) return { pod, what: `is on ${node}, which is not ready` };
  const seats = containerContexts(subject, pod);
  if (seats.length === 0) return { pod, what: `is assigned to ${node}, whose kubelet has reported nothing about it` };
  const container = seats.find((seat) => !isDone(seat));
  if (container !== undefined) return { pod, container, what: waitOfContainer(scene, container) };
  const gate = pod.spec.readinessGates?.find(({ conditionType }) => conditionOf(conditions, conditionType)?.status !== 'True');
  if (gate !== undefined) return { pod, what: `waits for its readiness gate ${gate.conditionType}` };
  return { pod, what: `is not ready: ${singleLine(conditionOf(conditions, 'Ready')?.message) || 'its node gives no reason'}` };
}

const isDone = ({ role, status }: ContainerContext): boolean =>
  role === 'init' ? status.state?.terminated?.exitCode === 0 : status.ready === true;

function waitOfContainer(scene: EvaluationContext, seat: ContainerContext): string {
  const { role, status } = seat;
  const { waiting, running, terminated } = status.state ?? {};
  if (waiting) return `waits: ${waiting.reason ?? 'no reason given'}${waiting.message ? `: ${singleLine(waiting.message)}` : ''}`;
  if (terminated) return `has exited with code ${terminated.exitCode} (${terminated.reason ?? 'no reason given'})`;
  const seconds = Math.round((scene.now.getTime() - (parseTimestamp(running?.startedAt) ?? scene.now).getTime()) / 1000);
  if (role === 'init') return `is an init container that has run for ${seconds} s and has not ended`;
  return `has run for ${seconds} s and is not ready: ${lastProbeMessage(scene, seat)}`;
}
