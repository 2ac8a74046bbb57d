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

/** A container that cannot be created from its configuration, usually because of a missing Secret, ConfigMap or key. */
export function configurationErrors(context: EvaluationContext, container: ContainerContext): readonly Finding[] {
  const { reason = '', message = '' } = container.status.state?.waiting ?? {};
  if (!reasons.includes(reason)) return [];
  const events = eventsWithReason(context, refTo('Pod', container.pod.metadata), ['Failed'], container.status.name);
  const seen = context.memory.firstSeen(`${containerKey(container)}/${reason}/${message}`);
  const since =
    firstOccurrence(
      context,
      events.filter((event) => message !== '' && event.message?.includes(message)),
    ) ?? seen;
  const provedAt = addSeconds(since, context.limits.configErrorSeconds);
  return [containerFinding(container, { code: 'config-error', what: `${reason}: ${message}`, since, provedAt })];
}

const mounts = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];

/** Messages about a missing volume source; other mount errors (a slow attach, an unfilled cache) are transient. */
const absent = /not found|non-existent|does ?n[o']t exist|does not exist|hostPath type check failed/;

/**
 * A volume whose source is missing, until a container of the pod has started. Other errors before the start are reported but do not fail the
 * rollout on their own.
 */
export function volumeErrors(context: EvaluationContext, workload: WorkloadContext, pod: Pod): readonly Finding[] {
  const started = containersOf(pod).some(
    ({ status: { state, lastState } }) => state?.running || state?.terminated || lastState?.terminated,
  );
  if (started || pod.status?.phase !== 'Pending') return [];
  return eventsWithReason(context, refTo('Pod', pod.metadata), [...mounts, 'FailedCreatePodSandBox']).map((event) => {
    const since = firstOccurrence(context, [event]) ?? context.now;
    const isMount = mounts.includes(event.reason ?? '');
    const provedAt = isMount && absent.test(event.message ?? '') ? addSeconds(since, context.limits.configErrorSeconds) : undefined;
    return podFinding(workload, pod, {
      code: isMount ? 'volume-missing' : 'never-ready',
      what: event.message ?? event.reason ?? '',
      since,
      provedAt,
    });
  });
}

const rejections: readonly (readonly [RegExp, CauseCode])[] = [
  [/error looking up service account|serviceaccount .* not found/, 'config-error'],
  [/exceeded quota|failed quota|insufficient quota/, 'quota-exceeded'],
];
const rejectionCode = (message: string): CauseCode => rejections.find(([words]) => words.test(message))?.[1] ?? 'admission-rejected';

/** Pods that the API server rejects. ReplicaSets report it in a condition, other workloads only in events. */
export function podCreationErrors(context: EvaluationContext, workload: WorkloadContext): readonly Finding[] {
  const { object, replicaSet, pods } = workload;
  const rejected = (message: string, start: Date): Finding => {
    const since = latest(context.appliedAt, start);
    const provedAt = addSeconds(since, context.limits.configErrorSeconds);
    return workloadFinding(workload, { code: rejectionCode(message), what: `pods cannot be created: ${message}`, since, provedAt });
  };
  if (replicaSet !== undefined) {
    const failing = replicaSet.status?.conditions?.filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True') ?? [];
    return failing.map(({ message = '', lastTransitionTime }) =>
      rejected(message, parseTimestamp(lastTransitionTime) ?? context.appliedAt),
    );
  }
  const newest = pods.reduce((last, { metadata }) => latest(last, parseTimestamp(metadata.creationTimestamp) ?? last), new Date(0));
  return eventsWithReason(context, refTo(object.kind, object.metadata), ['FailedCreate'])
    .filter((event) => (eventEnd(event) ?? context.now) >= newest)
    .map((event) => rejected(event.message ?? '', eventStart(event) ?? context.appliedAt));
}
