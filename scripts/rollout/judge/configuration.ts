import { containersOf } from './containers.ts';
import type { Pod } from './objects.ts';
import { eventEnd, eventStart, eventsAbout, firstStart, refTo, type Scene, type Seat, type Subject, seatKey } from './scene.ts';
import { type Suspicion, suspectContainer, suspectPod, suspectWorkload } from './suspicion.ts';
import { after, later, moment } from './time.ts';
import type { CauseCode } from './types.ts';

const reasons = ['CreateContainerConfigError', 'CreateContainerError', 'PreCreateHookError'];

/** Rule 7: a container that cannot be made from its configuration (a missing Secret, ConfigMap or key, most often). */
export function configurationTrouble(scene: Scene, seat: Seat): readonly Suspicion[] {
  const { reason = '', message = '' } = seat.status.state?.waiting ?? {};
  if (!reasons.includes(reason)) return [];
  const events = eventsAbout(scene, refTo('Pod', seat.pod.metadata), ['Failed'], seat.status.name);
  const seen = scene.recall.firstSeen(`${seatKey(seat)}/${reason}/${message}`);
  const since =
    firstStart(
      scene,
      events.filter((event) => message !== '' && event.message?.includes(message)),
    ) ?? seen;
  const provedAt = after(since, scene.limits.configErrorSeconds);
  return [suspectContainer(seat, { code: 'config-error', what: `${reason}: ${message}`, since, provedAt })];
}

const mounts = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];

/** Words for a source that is not there; other mount errors (a slow attach, a cache not filled yet) mend themselves. */
const absent = /not found|non-existent|does ?n[o']t exist|does not exist|hostPath type check failed/;

/** Rule 7: a volume whose source is missing, for as long as no container of the pod has started; what else keeps it from starting is told. */
export function startTrouble(scene: Scene, subject: Subject, pod: Pod): readonly Suspicion[] {
  const started = containersOf(pod).some(
    ({ status: { state, lastState } }) => state?.running || state?.terminated || lastState?.terminated,
  );
  if (started || pod.status?.phase !== 'Pending') return [];
  return eventsAbout(scene, refTo('Pod', pod.metadata), [...mounts, 'FailedCreatePodSandBox']).map((event) => {
    const since = firstStart(scene, [event]) ?? scene.now;
    const isMount = mounts.includes(event.reason ?? '');
    const provedAt = isMount && absent.test(event.message ?? '') ? after(since, scene.limits.configErrorSeconds) : undefined;
    return suspectPod(subject, pod, {
      code: isMount ? 'volume-missing' : 'never-ready',
      what: event.message ?? event.reason ?? '',
      since,
      provedAt,
    });
  });
}

const refusals: readonly (readonly [RegExp, CauseCode])[] = [
  [/error looking up service account|serviceaccount .* not found/, 'config-error'],
  [/exceeded quota|failed quota|insufficient quota/, 'quota-exceeded'],
];
const refusalCode = (message: string): CauseCode => refusals.find(([words]) => words.test(message))?.[1] ?? 'admission-refused';

/** Rule 7: pods that the API server does not let be created. A ReplicaSet has a condition for it; other workloads only events. */
export function creationTrouble(scene: Scene, subject: Subject): readonly Suspicion[] {
  const { workload, replicaSet, pods } = subject;
  const found = (message: string, began: Date): Suspicion => {
    const since = later(scene.appliedAt, began);
    const provedAt = after(since, scene.limits.configErrorSeconds);
    return suspectWorkload(subject, { code: refusalCode(message), what: `pods cannot be created: ${message}`, since, provedAt });
  };
  if (replicaSet !== undefined) {
    const failing = replicaSet.status?.conditions?.filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True') ?? [];
    return failing.map(({ message = '', lastTransitionTime }) => found(message, moment(lastTransitionTime) ?? scene.appliedAt));
  }
  const newest = pods.reduce((last, { metadata }) => later(last, moment(metadata.creationTimestamp) ?? last), new Date(0));
  return eventsAbout(scene, refTo(workload.kind, workload.metadata), ['FailedCreate'])
    .filter((event) => (eventEnd(event) ?? scene.now) >= newest)
    .map((event) => found(event.message ?? '', eventStart(event) ?? scene.appliedAt));
}
