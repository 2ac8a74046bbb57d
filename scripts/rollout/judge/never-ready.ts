import { type ContainerContext, containerKey, type EvaluationContext, eventsWithReason, refTo } from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import { conditionOf, type Probe } from './kubernetes-objects.ts';
import type { Limits } from './limits.ts';
import { addSeconds, earliest, latest, parseTimestamp } from './timestamps.ts';

/** Seconds until a probe that never succeeds has failed (with Kubernetes' defaults for fields that are not set). */
const exhausted = ({ initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 }: Probe, rounds = 1): number =>
  initialDelaySeconds + periodSeconds * failureThreshold * rounds + timeoutSeconds;

const readinessGrace = (probe: Probe | undefined, limits: Limits): number =>
  Math.max(limits.readinessMinimumSeconds, probe === undefined ? 0 : exhausted(probe, limits.readinessRounds));

/** The kubelet's last event about the probes of this container. */
export const lastProbeMessage = (context: EvaluationContext, { pod, status }: ContainerContext): string =>
  eventsWithReason(context, refTo('Pod', pod.metadata), ['Unhealthy', 'ProbeWarning'], status.name)[0]?.message ??
  'no probe has been reported';

/** A running container that is not ready after the grace period of its probes. Pods on a node that is not ready are exempt. */
export function neverReady(context: EvaluationContext, container: ContainerContext): readonly Finding[] {
  const { pod, spec, status, role } = container;
  const running = parseTimestamp(status.state?.running?.startedAt);
  if (role === 'init' || running === undefined || status.ready === true) return [];
  if (pod.spec?.nodeName !== undefined && context.notReadyNodes.has(pod.spec.nodeName)) return [];
  const startedAt = latest(context.appliedAt, running);
  const startupEnd = spec?.startupProbe === undefined ? startedAt : addSeconds(startedAt, exhausted(spec.startupProbe));
  const started =
    status.started === true ? earliest(startupEnd, context.memory.firstSeen(`${containerKey(container)}/started`)) : startupEnd;
  const unready = parseTimestamp(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime) ?? startedAt;
  const provedAt = addSeconds(latest(started, unready), readinessGrace(spec?.readinessProbe, context.limits));
  return [
    containerFinding(container, {
      code: 'never-ready',
      what: `runs but is not ready: ${lastProbeMessage(context, container)}`,
      since: startedAt,
      provedAt,
    }),
  ];
}
