import { type EvaluationContext, eventsWithReason, refTo, type WorkloadContext } from './evaluation-context.ts';
import { type Finding, podFinding } from './finding.ts';
import { conditionOf, type Pod } from './kubernetes-objects.ts';
import { addSeconds, latest, parseTimestamp } from './timestamps.ts';

/** Event reasons of Cluster Autoscaler and Karpenter for a node that is being added. */
const scaleUps = ['TriggeredScaleUp', 'Nominated'];

/** A pod that the scheduler cannot place; it has more time while a node is being added, less if its volume claim does not exist. */
export function unschedulablePods(context: EvaluationContext, workload: WorkloadContext, pod: Pod): readonly Finding[] {
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (condition?.status !== 'False' || pod.spec?.nodeName !== undefined) return [];
  const since = latest(context.appliedAt, parseTimestamp(condition.lastTransitionTime) ?? context.appliedAt);
  const what = `unschedulable: ${condition.message ?? condition.reason ?? 'the scheduler gives no reason'}`;
  if (condition.reason !== 'Unschedulable') return [podFinding(workload, pod, { code: 'unschedulable', what, since })];
  const { limits } = context;
  if (/persistentvolumeclaim ".*" not found/.test(what))
    return [podFinding(workload, pod, { code: 'volume-missing', what, since, provedAt: addSeconds(since, limits.configErrorSeconds) })];
  const scalesUp = eventsWithReason(context, refTo('Pod', pod.metadata), scaleUps).length > 0;
  const limit = scalesUp ? limits.scaleUpSeconds : limits.unschedulableSeconds;
  const note = scalesUp ? ' (a node is being added)' : '';
  return [podFinding(workload, pod, { code: 'unschedulable', what: what + note, since, provedAt: addSeconds(since, limit) })];
}
