import { containersOf, type PodContainer } from './containers.ts';
import type { JudgeMemory } from './judge-memory.ts';
import type { ClusterEvent, Metadata, Pod, ReplicaSet, Workload } from './kubernetes-objects.ts';
import type { Limits } from './limits.ts';
import { earliest, latest, parseTimestamp, truncateToSeconds } from './timestamps.ts';
import type { ContainerRef, ObjectRef, Target } from './verdict.ts';

/** What every rule may look at. */
export interface EvaluationContext {
  readonly now: Date;
  /** In whole seconds, as the API writes times. */
  readonly appliedAt: Date;
  readonly limits: Limits;
  /** Events that were still reported after the release was applied. */
  readonly events: readonly ClusterEvent[];
  readonly notReadyNodes: ReadonlySet<string>;
  readonly memory: JudgeMemory;
}

/** One target as the cluster has it, and what belongs to its current revision. */
export interface WorkloadContext {
  readonly target: Target;
  readonly workload: Workload;
  /** A Deployment's ReplicaSet of the current revision. */
  readonly replicaSet?: ReplicaSet;
  readonly pods: readonly Pod[];
  /** Pods of any revision that have been told to go. */
  readonly terminatingPods: readonly Pod[];
}

/** One container of a pod with its status. */
export interface ContainerContext extends PodContainer {
  readonly subject: WorkloadContext;
  readonly pod: Pod;
}

export const refTo = (kind: string, metadata: Metadata): ObjectRef => ({
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
});

/** From the workload down to the pod. */
export const ownerChain = ({ workload, replicaSet }: WorkloadContext, pod?: Pod): readonly ObjectRef[] => [
  refTo(workload.kind, workload.metadata),
  ...(replicaSet === undefined ? [] : [refTo('ReplicaSet', replicaSet.metadata)]),
  ...(pod === undefined ? [] : [refTo('Pod', pod.metadata)]),
];

export const containerRef = ({ status }: ContainerContext): ContainerRef => ({
  name: status.name,
  restarts: status.restartCount ?? 0,
  previousLogs: (status.restartCount ?? 0) > 0 && !status.state?.terminated,
});

/** Names the place for a person: `Deployment shop/api, pod api-7d9f-x2, container api`. */
export const describeLocation = ({ kind, namespace, name }: Target, pod?: Pod, container?: string): string =>
  [`${kind} ${namespace}/${name}`, ...(pod ? [`pod ${pod.metadata.name}`] : []), ...(container ? [`container ${container}`] : [])].join(
    ', ',
  );

/** The cluster's own words on one line of bearable length. */
export function singleLine(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}

/** Every container of a pod that has a status and belongs to the release: what people attach for debugging does not. */
export const containerContexts = (subject: WorkloadContext, pod: Pod): readonly ContainerContext[] =>
  containersOf(pod)
    .filter(({ role }) => role !== 'debug')
    .map((container) => ({ ...container, subject, pod }));

const podKey = ({ metadata }: Pod): string => metadata.uid ?? `${metadata.namespace}/${metadata.name}`;
export const containerKey = ({ pod, status }: ContainerContext): string => `${podKey(pod)}/${status.name}`;

export const eventStart = (event: ClusterEvent): Date | undefined =>
  parseTimestamp(event.firstTimestamp) ?? parseTimestamp(event.eventTime) ?? parseTimestamp(event.metadata?.creationTimestamp);
export const eventEnd = (event: ClusterEvent): Date | undefined =>
  parseTimestamp(event.series?.lastObservedTime) ?? parseTimestamp(event.lastTimestamp) ?? eventStart(event);

const isAbout = ({ involvedObject: subject }: ClusterEvent, object: ObjectRef): boolean => {
  if (subject.uid && object.uid) return subject.uid === object.uid;
  return subject.kind === object.kind && (subject.namespace ?? '') === object.namespace && subject.name === object.name;
};

/** Events about an object, the latest first; the order in which they were listed plays no part. */
export const eventsOf = (scene: Pick<EvaluationContext, 'events'>, object: ObjectRef): readonly ClusterEvent[] =>
  scene.events
    .filter((event) => isAbout(event, object))
    .sort(
      (one, two) => seconds(two) - seconds(one) || compare(one.message, two.message) || compare(one.metadata?.name, two.metadata?.name),
    );

/** Those with one of these reasons, of one container if it is named. */
export const eventsWithReason = (
  scene: Pick<EvaluationContext, 'events'>,
  object: ObjectRef,
  reasons: readonly string[],
  container?: string,
): readonly ClusterEvent[] =>
  eventsOf(scene, object).filter(({ involvedObject: { fieldPath }, reason = '' }) => {
    if (!reasons.includes(reason)) return false;
    return container === undefined || !fieldPath || fieldPath.endsWith(`{${container}}`);
  });

const seconds = (event: ClusterEvent): number => truncateToSeconds(eventEnd(event) ?? new Date(0)).getTime();
const compare = (one = '', two = ''): number => (one < two ? -1 : one > two ? 1 : 0);

/** When the first of these events was first reported, but not before the release was applied. */
export function firstOccurrence({ appliedAt }: EvaluationContext, events: readonly ClusterEvent[]): Date | undefined {
  const starts = events.map(eventStart).filter((start) => start !== undefined);
  return starts.length === 0 ? undefined : latest(appliedAt, starts.reduce(earliest));
}
