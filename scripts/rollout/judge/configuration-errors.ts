import { containersOf } from './containers.ts';
import {
  type ContainerContext,
  containerKey,
  type EvaluationContext,
  eventEnd,
  eventStart,
  eventsWithReason,
  firstOccurrence,
  refTo,
  type WorkloadContext,
} from './evaluation-context.ts';
import { containerFinding, type Finding, podFinding, workloadFinding } from './finding.ts';
import type { Pod } from './kubernetes-objects.ts';
import { addSeconds, latest, parseTimestamp } from './timestamps.ts';
import type { CauseCode } from './verdict.ts';

const reasons = ['CreateContainerConfigError', 'CreateContainerError', 'PreCreateHookError'];

/** Rule 7: a container that cannot be made from its configuration (a missing Secret, ConfigMap or key, most often). */
export function configurationErrors(scene: EvaluationContext, seat: ContainerContext): readonly Finding[] {
  const { reason = '', message = '' } = seat.status.state?.waiting ?? {};
  if (!reasons.includes(reason)) return [];
  const events = eventsWithReason(scene, refTo('Pod', seat.pod.metadata), ['Failed'], seat.status.name);
  const seen = scene.memory.firstSeen(`${containerKey(seat)}/${reason}/${message}`);
  const since =
    firstOccurrence(
      scene,
      events.filter((event) => message !== '' && event.message?.includes(message)),
    ) ?? seen;
  const provedAt = addSeconds(since, scene.limits.configErrorSeconds);
  return [containerFinding(seat, { code: 'config-error', what: `${reason}: ${message}`, since, provedAt })];
}

const mounts = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];

/** Words for a source that is not there; other mount errors (a slow attach, a cache not filled yet) mend themselves. */
const absent = /not found|non-existent|does ?n[o']t exist|does not exist|hostPath type check failed/;

/** Rule 7: a volume whose source is missing, for as long as no container of the pod has started; what else keeps it from starting is told. */
export function volumeErrors(scene: EvaluationContext, subject: WorkloadContext, pod: Pod): readonly Finding[] {
  const started = containersOf(pod).some(
    ({ status: { state, lastState } }) => state?.running || state?.terminated || lastState?.terminated,
  );
  if (started || pod.status?.phase !== 'Pending') return [];
  return eventsWithReason(scene, refTo('Pod', pod.metadata), [...mounts, 'FailedCreatePodSandBox']).map((event) => {
    const since = firstOccurrence(scene, [event]) ?? scene.now;
    const isMount = mounts.includes(event.reason ?? '');
    const provedAt = isMount && absent.test(event.message ?? '') ? addSeconds(since, scene.limits.configErrorSeconds) : undefined;
    return podFinding(subject, pod, {
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
export function podCreationErrors(scene: EvaluationContext, subject: WorkloadContext): readonly Finding[] {
  const { workload, replicaSet, pods } = subject;
  const found = (message: string, began: Date): Finding => {
    const since = latest(scene.appliedAt, began);
    const provedAt = addSeconds(since, scene.limits.configErrorSeconds);
    return workloadFinding(subject, { code: refusalCode(message), what: `pods cannot be created: ${message}`, since, provedAt });
  };
  if (replicaSet !== undefined) {
    const failing = replicaSet.status?.conditions?.filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True') ?? [];
    return failing.map(({ message = '', lastTransitionTime }) => found(message, parseTimestamp(lastTransitionTime) ?? scene.appliedAt));
  }
  const newest = pods.reduce((last, { metadata }) => latest(last, parseTimestamp(metadata.creationTimestamp) ?? last), new Date(0));
  return eventsWithReason(scene, refTo(workload.kind, workload.metadata), ['FailedCreate'])
    .filter((event) => (eventEnd(event) ?? scene.now) >= newest)
    .map((event) => found(event.message ?? '', eventStart(event) ?? scene.appliedAt));
}
