import { containersOf, type PodContainer } from './containers.ts';
import type { JudgeMemory } from './judge-memory.ts';
import type { ClusterEvent, Metadata, Pod, ReplicaSet, Workload } from './kubernetes-objects.ts';
import type { Limits } from './limits.ts';
import { earliest, latest, parseTimestamp, truncateToSeconds } from './timestamps.ts';
import type { ContainerRef, ObjectRef, Target } from './verdict.ts';

/** Input of every rule. */
export interface EvaluationContext {
  readonly now: Date;
  /** Truncated to seconds, the precision of API timestamps. */
  readonly appliedAt: Date;
  readonly limits: Limits;
  /** Events whose last occurrence is after `appliedAt`. */
  readonly events: readonly ClusterEvent[];
  readonly notReadyNodes: ReadonlySet<string>;
  readonly memory: JudgeMemory;
}

/** A target as it exists in the cluster, with the objects of its current revision. */
export interface WorkloadContext {
  readonly target: Target;
  readonly object: Workload;
  /** ReplicaSet of the current revision; Deployments only. */
  readonly replicaSet?: ReplicaSet;
  readonly pods: readonly Pod[];
  /** Pods of any revision that have a deletion timestamp. */
  readonly terminatingPods: readonly Pod[];
}

/** One container of a pod with its status. */
export interface ContainerContext extends PodContainer {
  readonly workload: WorkloadContext;
  readonly pod: Pod;
}

export const refTo = (kind: string, metadata: Metadata): ObjectRef => ({
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
});

/** Workload, ReplicaSet and pod, outermost first. */
export const ownerChain = ({ object, replicaSet }: WorkloadContext, pod?: Pod): readonly ObjectRef[] => [
  refTo(object.kind, object.metadata),
  ...(replicaSet === undefined ? [] : [refTo('ReplicaSet', replicaSet.metadata)]),
  ...(pod === undefined ? [] : [refTo('Pod', pod.metadata)]),
];

export const containerRef = ({ status }: ContainerContext): ContainerRef => ({
  name: status.name,
  restarts: status.restartCount ?? 0,
  previousLogs: (status.restartCount ?? 0) > 0 && !status.state?.terminated,
});

/** Location for error messages: `Deployment shop/api, pod api-7d9f-x2, container api`. */
export const describeLocation = ({ kind, namespace, name }: Target, pod?: Pod, container?: string): string =>
  [`${kind} ${namespace}/${name}`, ...(pod ? [`pod ${pod.metadata.name}`] : []), ...(container ? [`container ${container}`] : [])].join(
    ', ',
  );

/** A cluster message as one line of at most 400 characters. */
export function singleLine(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}

/** The containers of a pod that have a status, without ephemeral debug containers. */
export const containerContexts = (workload: WorkloadContext, pod: Pod): readonly ContainerContext[] =>
  containersOf(pod)
    .filter(({ role }) => role !== 'debug')
    .map((container) => ({ ...container, workload, pod }));

const podKey = ({ metadata }: Pod): string => metadata.uid ?? `${metadata.namespace}/${metadata.name}`;
export const containerKey = ({ pod, status }: ContainerContext): string => `${podKey(pod)}/${status.name}`;

export const eventStart = (event: ClusterEvent): Date | undefined =>
  parseTimestamp(event.firstTimestamp) ?? parseTimestamp(event.eventTime) ?? parseTimestamp(event.metadata?.creationTimestamp);
export const eventEnd = (event: ClusterEvent): Date | undefined =>
  parseTimestamp(event.series?.lastObservedTime) ?? parseTimestamp(event.lastTimestamp) ?? eventStart(event);

const isAbout = ({ involvedObject: involved }: ClusterEvent, object: ObjectRef): boolean => {
  if (involved.uid && object.uid) return involved.uid === object.uid;
  return involved.kind === object.kind && (involved.namespace ?? '') === object.namespace && involved.name === object.name;
};

/** Events about an object, latest first, in an order that does not depend on the order of the list. */
export const eventsOf = (context: Pick<EvaluationContext, 'events'>, object: ObjectRef): readonly ClusterEvent[] =>
  context.events
    .filter((event) => isAbout(event, object))
    .sort(
      (one, two) =>
        eventSecond(two) - eventSecond(one) || compare(one.message, two.message) || compare(one.metadata?.name, two.metadata?.name),
    );

/** Events with one of these reasons, limited to one container if it is given. */
export const eventsWithReason = (
  context: Pick<EvaluationContext, 'events'>,
  object: ObjectRef,
  reasons: readonly string[],
  container?: string,
): readonly ClusterEvent[] =>
  eventsOf(context, object).filter(({ involvedObject: { fieldPath }, reason = '' }) => {
    if (!reasons.includes(reason)) return false;
    return container === undefined || !fieldPath || fieldPath.endsWith(`{${container}}`);
  });

/** The last occurrence of an event, in milliseconds of a whole second. */
export const eventSecond = (event: ClusterEvent): number => truncateToSeconds(eventEnd(event) ?? new Date(0)).getTime();
const compare = (one = '', two = ''): number => (one < two ? -1 : one > two ? 1 : 0);

/** First occurrence of the earliest of these events, at the earliest `appliedAt`. */
export function firstOccurrence({ appliedAt }: EvaluationContext, events: readonly ClusterEvent[]): Date | undefined {
  const starts = events.map(eventStart).filter((start) => start !== undefined);
  return starts.length === 0 ? undefined : latest(appliedAt, starts.reduce(earliest));
}
