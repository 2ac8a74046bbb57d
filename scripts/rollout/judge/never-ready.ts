import { type ContainerContext, containerKey, type EvaluationContext, eventsWithReason, refTo } from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import { conditionOf, type Probe } from './kubernetes-objects.ts';
import type { Limits } from './limits.ts';
import { addSeconds, earliest, latest, parseTimestamp } from './timestamps.ts';

/** Seconds until a probe that never succeeds has failed for good (Kubernetes' own defaults where a field is absent). */
const exhausted = ({ initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 }: Probe, rounds = 1): number =>
  initialDelaySeconds + periodSeconds * failureThreshold * rounds + timeoutSeconds;

const readinessGrace = (probe: Probe | undefined, limits: Limits): number =>
  Math.max(limits.readinessMinimumSeconds, probe === undefined ? 0 : exhausted(probe, limits.readinessRounds));

/** The kubelet's last report on the probes of this container. */
export const lastProbeMessage = (scene: EvaluationContext, { pod, status }: ContainerContext): string =>
  eventsWithReason(scene, refTo('Pod', pod.metadata), ['Unhealthy', 'ProbeWarning'], status.name)[0]?.message ??
  'no probe has been reported';

/** Rule 10: runs, but is not ready after a grace that its probes give. A pod on a node that is lost is not to blame. */
export function neverReady(scene: EvaluationContext, seat: ContainerContext): readonly Finding[] {
  const { pod, spec, status, role } = seat;
  const running = parseTimestamp(status.state?.running?.startedAt);
  if (role === 'init' || running === undefined || status.ready === true) return [];
  if (pod.spec?.nodeName !== undefined && scene.notReadyNodes.has(pod.spec.nodeName)) return [];
  const began = latest(scene.appliedAt, running);
  const startupEnd = spec?.startupProbe === undefined ? began : addSeconds(began, exhausted(spec.startupProbe));
  const started = status.started === true ? earliest(startupEnd, scene.memory.firstSeen(`${containerKey(seat)}/started`)) : startupEnd;
  const unready = parseTimestamp(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime) ?? began;
  const provedAt = addSeconds(latest(started, unready), readinessGrace(spec?.readinessProbe, scene.limits));
  return [
    containerFinding(seat, {
      code: 'never-ready',
      what: `runs but is not ready: ${lastProbeMessage(scene, seat)}`,
      since: began,
      provedAt,
    }),
  ];
}
