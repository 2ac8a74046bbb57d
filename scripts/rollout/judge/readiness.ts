import type { Limits } from './limits.ts';
import { conditionOf, type Probe } from './objects.ts';
import { eventsAbout, refTo, type Scene, type Seat, seatKey } from './scene.ts';
import { type Suspicion, suspectContainer } from './suspicion.ts';
import { after, earlier, later, moment } from './time.ts';

/** Seconds until a probe that never succeeds has failed for good (Kubernetes' own defaults where a field is absent). */
const exhausted = ({ initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 }: Probe, rounds = 1): number =>
  initialDelaySeconds + periodSeconds * failureThreshold * rounds + timeoutSeconds;

const readinessGrace = (probe: Probe | undefined, limits: Limits): number =>
  Math.max(limits.readinessMinimumSeconds, probe === undefined ? 0 : exhausted(probe, limits.readinessRounds));

/** The kubelet's last report on the probes of this container. */
export const probeReport = (scene: Scene, { pod, status }: Seat): string =>
  eventsAbout(scene, refTo('Pod', pod.metadata), ['Unhealthy', 'ProbeWarning'], status.name)[0]?.message ?? 'no probe has been reported';

/** Rule 10: runs, but is not ready after a grace that its probes give. A pod on a node that is lost is not to blame. */
export function readinessTrouble(scene: Scene, seat: Seat): readonly Suspicion[] {
  const { pod, spec, status, role } = seat;
  const running = moment(status.state?.running?.startedAt);
  if (role === 'init' || running === undefined || status.ready === true) return [];
  if (pod.spec?.nodeName !== undefined && scene.notReadyNodes.has(pod.spec.nodeName)) return [];
  const began = later(scene.appliedAt, running);
  const startupEnd = spec?.startupProbe === undefined ? began : after(began, exhausted(spec.startupProbe));
  const started = status.started === true ? earlier(startupEnd, scene.recall.firstSeen(`${seatKey(seat)}/started`)) : startupEnd;
  const unready = moment(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime) ?? began;
  const provedAt = after(later(started, unready), readinessGrace(spec?.readinessProbe, scene.limits));
  return [
    suspectContainer(seat, { code: 'never-ready', what: `runs but is not ready: ${probeReport(scene, seat)}`, since: began, provedAt }),
  ];
}
