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

/** What a pod waits for if no rule has a finding about it. */
export interface PendingPod {
  readonly pod?: Pod;
  readonly container?: ContainerContext;
  /** Follows the location: `is an init container that has run for 290 s and has not ended`. */
  readonly reason: string;
}

/**
 * Why a workload is not healthy: the first pod of the new revision that is not ready, an old pod that is still terminating, or the absence
 * of new pods; with the last event about it.
 */
export function findPendingPod(context: EvaluationContext, workload: WorkloadContext): PendingPod | undefined {
  const byName = (one: Pod, two: Pod) => (one.metadata.name < two.metadata.name ? -1 : 1);
  const unready = [...workload.pods].sort(byName).filter((pod) => !isReady(pod));
  // An evicted pod is more informative than its replacement.
  const waiting = unready.find(({ status }) => status?.phase === 'Failed') ?? unready[0];
  if (waiting !== undefined) return withEvent(context, reasonOfPod(context, workload, waiting));
  const [terminating] = [...workload.terminatingPods].sort(byName);
  if (terminating !== undefined) return withEvent(context, { pod: terminating, reason: 'of an earlier revision has not ended yet' });
  if (workload.pods.length > 0) return undefined;
  const owner = workload.replicaSet ?? workload.object;
  return { reason: `no pod of the new revision exists${lastEvent(context, refTo(owner.kind, owner.metadata))}` };
}

const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';

const withEvent = (context: EvaluationContext, pending: PendingPod): PendingPod =>
  pending.pod === undefined
    ? pending
    : { ...pending, reason: `${pending.reason}${lastEvent(context, refTo('Pod', pending.pod.metadata))}` };

function lastEvent(context: EvaluationContext, object: ReturnType<typeof refTo>): string {
  const latest = eventsOf(context, object)[0];
  return latest === undefined ? '' : `; last event: ${latest.reason}: ${singleLine(latest.message)}`;
}

/** Checks a pod that is not ready, in the order in which pods start. */
function reasonOfPod(context: EvaluationContext, workload: WorkloadContext, pod: Pod): PendingPod {
  const { phase, reason, message, conditions } = pod.status ?? {};
  if (phase === 'Failed') return { pod, reason: `has ended: ${reason ?? 'Failed'}${message ? `: ${singleLine(message)}` : ''}` };
  const scheduled = conditionOf(conditions, 'PodScheduled');
  if (pod.spec?.nodeName === undefined)
    return { pod, reason: `is on no node${scheduled?.message ? `: ${singleLine(scheduled.message)}` : ''}` };
  const node = `node ${pod.spec.nodeName}`;
  if (context.notReadyNodes.has(pod.spec.nodeName)) return { pod, reason: `is on ${node}, which is not ready` };
  const containers = containerContexts(workload, pod);
  if (containers.length === 0) return { pod, reason: `is assigned to ${node}, whose kubelet has not reported its status` };
  const waiting = containers.find((container) => !isDone(container));
  if (waiting !== undefined) return { pod, container: waiting, reason: reasonOfContainer(context, waiting) };
  const gate = pod.spec.readinessGates?.find(({ conditionType }) => conditionOf(conditions, conditionType)?.status !== 'True');
  if (gate !== undefined) return { pod, reason: `waits for its readiness gate ${gate.conditionType}` };
  return { pod, reason: `is not ready: ${singleLine(conditionOf(conditions, 'Ready')?.message) || 'its node gives no reason'}` };
}

const isDone = ({ role, status }: ContainerContext): boolean =>
  role === 'init' ? status.state?.terminated?.exitCode === 0 : status.ready === true;

function reasonOfContainer(context: EvaluationContext, container: ContainerContext): string {
  const { role, status } = container;
  const { waiting, running, terminated } = status.state ?? {};
  if (waiting) return `waits: ${waiting.reason ?? 'no reason given'}${waiting.message ? `: ${singleLine(waiting.message)}` : ''}`;
  if (terminated) return `has exited with code ${terminated.exitCode} (${terminated.reason ?? 'no reason given'})`;
  const seconds = Math.round((context.now.getTime() - (parseTimestamp(running?.startedAt) ?? context.now).getTime()) / 1000);
  if (role === 'init') return `is an init container that has run for ${seconds} s and has not ended`;
  return `has run for ${seconds} s and is not ready: ${lastProbeMessage(context, container)}`;
}
