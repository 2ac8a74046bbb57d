import { conditionOf, type Pod } from './objects.ts';
import { probeReport } from './readiness.ts';
import { eventsOn, refTo, type Scene, type Seat, type Subject, seatsOf, sentence } from './scene.ts';
import { moment } from './time.ts';

/** What a pod waits for when no rule has found anything wrong with it. */
export interface Wait {
  readonly pod?: Pod;
  readonly container?: Seat;
  /** After the place: `init container wait-for-db runs for 290 s and has not ended`. */
  readonly what: string;
}

/**
 * What keeps a workload from being healthy: the first pod of the new revision that is not ready, an old one that does not end, or that there
 * is no new pod at all; with the last event about it.
 */
export function waitOf(scene: Scene, subject: Subject): Wait | undefined {
  const byName = (one: Pod, two: Pod) => (one.metadata.name < two.metadata.name ? -1 : 1);
  const unready = [...subject.pods].sort(byName).filter((pod) => !isReady(pod));
  // A pod that was evicted says more than the one that has just replaced it.
  const waiting = unready.find(({ status }) => status?.phase === 'Failed') ?? unready[0];
  if (waiting !== undefined) return withEvent(scene, waitOfPod(scene, subject, waiting));
  const [leaving] = [...subject.leaving].sort(byName);
  if (leaving !== undefined) return withEvent(scene, { pod: leaving, what: 'of an earlier revision has not ended yet' });
  if (subject.pods.length > 0) return undefined;
  const { workload, replicaSet } = subject;
  const owner = replicaSet ?? workload;
  return { what: `no pod of the new revision exists${lastEvent(scene, refTo(owner.kind, owner.metadata))}` };
}

const isReady = (pod: Pod): boolean => conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';

const withEvent = (scene: Scene, wait: Wait): Wait =>
  wait.pod === undefined ? wait : { ...wait, what: `${wait.what}${lastEvent(scene, refTo('Pod', wait.pod.metadata))}` };

function lastEvent(scene: Scene, object: ReturnType<typeof refTo>): string {
  const latest = eventsOn(scene, object)[0];
  return latest === undefined ? '' : `; last event: ${latest.reason}: ${sentence(latest.message)}`;
}

/** Of one pod that is not ready, in the order in which a pod starts. */
function waitOfPod(scene: Scene, subject: Subject, pod: Pod): Wait {
  const { phase, reason, message, conditions } = pod.status ?? {};
  if (phase === 'Failed') return { pod, what: `has ended: ${reason ?? 'Failed'}${message ? `: ${sentence(message)}` : ''}` };
  const scheduled = conditionOf(conditions, 'PodScheduled');
  if (pod.spec?.nodeName === undefined)
    return { pod, what: `is on no node${scheduled?.message ? `: ${sentence(scheduled.message)}` : ''}` };
  const node = `node ${pod.spec.nodeName}`;
  if (scene.notReadyNodes.has(pod.spec.nodeName)) return { pod, what: `is on ${node}, which is not ready` };
  const seats = seatsOf(subject, pod);
  if (seats.length === 0) return { pod, what: `is assigned to ${node}, whose kubelet has reported nothing about it` };
  const container = seats.find((seat) => !isDone(seat));
  if (container !== undefined) return { pod, container, what: waitOfContainer(scene, container) };
  const gate = pod.spec.readinessGates?.find(({ conditionType }) => conditionOf(conditions, conditionType)?.status !== 'True');
  if (gate !== undefined) return { pod, what: `waits for its readiness gate ${gate.conditionType}` };
  return { pod, what: `is not ready: ${sentence(conditionOf(conditions, 'Ready')?.message) || 'its node gives no reason'}` };
}

const isDone = ({ role, status }: Seat): boolean => (role === 'init' ? status.state?.terminated?.exitCode === 0 : status.ready === true);

function waitOfContainer(scene: Scene, seat: Seat): string {
  const { role, status } = seat;
  const { waiting, running, terminated } = status.state ?? {};
  if (waiting) return `waits: ${waiting.reason ?? 'no reason given'}${waiting.message ? `: ${sentence(waiting.message)}` : ''}`;
  if (terminated) return `has exited with code ${terminated.exitCode} (${terminated.reason ?? 'no reason given'})`;
  const seconds = Math.round((scene.now.getTime() - (moment(running?.startedAt) ?? scene.now).getTime()) / 1000);
  if (role === 'init') return `is an init container that has run for ${seconds} s and has not ended`;
  return `has run for ${seconds} s and is not ready: ${probeReport(scene, seat)}`;
}
