import { type EvaluationContext, eventsWithReason, refTo, type WorkloadContext } from './evaluation-context.ts';
import { type Finding, podFinding } from './finding.ts';
import { conditionOf, type Pod } from './kubernetes-objects.ts';
import { addSeconds, latest, parseTimestamp } from './timestamps.ts';

/** Cluster Autoscaler's and Karpenter's words for "a node is on its way". */
const scaleUps = ['TriggeredScaleUp', 'Nominated'];

/** Rule 9: a pod that no node takes; more patience while a node is being added, less when the claim it wants does not exist. */
export function unschedulablePods(scene: EvaluationContext, subject: WorkloadContext, pod: Pod): readonly Finding[] {
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (condition?.status !== 'False' || pod.spec?.nodeName !== undefined) return [];
  const since = latest(scene.appliedAt, parseTimestamp(condition.lastTransitionTime) ?? scene.appliedAt);
  const what = `unschedulable: ${condition.message ?? condition.reason ?? 'the scheduler gives no reason'}`;
  if (condition.reason !== 'Unschedulable') return [podFinding(subject, pod, { code: 'unschedulable', what, since })];
  const { limits } = scene;
  if (/persistentvolumeclaim ".*" not found/.test(what))
    return [podFinding(subject, pod, { code: 'volume-missing', what, since, provedAt: addSeconds(since, limits.configErrorSeconds) })];
  const scalesUp = eventsWithReason(scene, refTo('Pod', pod.metadata), scaleUps).length > 0;
  const patience = scalesUp ? limits.scaleUpSeconds : limits.unschedulableSeconds;
  const note = scalesUp ? ' (a node is being added)' : '';
  return [podFinding(subject, pod, { code: 'unschedulable', what: what + note, since, provedAt: addSeconds(since, patience) })];
}
