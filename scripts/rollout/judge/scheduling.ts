import { conditionOf, type Pod } from './objects.ts';
import { eventsAbout, refTo, type Scene, type Subject } from './scene.ts';
import { type Suspicion, suspectPod } from './suspicion.ts';
import { after, later, moment } from './time.ts';

/** Cluster Autoscaler's and Karpenter's words for "a node is on its way". */
const scaleUps = ['TriggeredScaleUp', 'Nominated'];

/** Rule 9: a pod that no node takes; more patience while a node is being added, less when the claim it wants does not exist. */
export function schedulingTrouble(scene: Scene, subject: Subject, pod: Pod): readonly Suspicion[] {
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (condition?.status !== 'False' || pod.spec?.nodeName !== undefined) return [];
  const since = later(scene.appliedAt, moment(condition.lastTransitionTime) ?? scene.appliedAt);
  const what = `unschedulable: ${condition.message ?? condition.reason ?? 'the scheduler gives no reason'}`;
  if (condition.reason !== 'Unschedulable') return [suspectPod(subject, pod, { code: 'unschedulable', what, since })];
  const { limits } = scene;
  if (/persistentvolumeclaim ".*" not found/.test(what))
    return [suspectPod(subject, pod, { code: 'volume-missing', what, since, provedAt: after(since, limits.configErrorSeconds) })];
  const scalesUp = eventsAbout(scene, refTo('Pod', pod.metadata), scaleUps).length > 0;
  const patience = scalesUp ? limits.scaleUpSeconds : limits.unschedulableSeconds;
  const note = scalesUp ? ' (a node is being added)' : '';
  return [suspectPod(subject, pod, { code: 'unschedulable', what: what + note, since, provedAt: after(since, patience) })];
}
