import type { WorkloadContext } from './evaluation-context.ts';
import {
  type ClusterObject,
  type ControllerRevision,
  type CustomResource,
  type Metadata,
  ofKind,
  type Pod,
  type ReplicaSet,
  type Workload,
} from './kubernetes-objects.ts';
import type { Target } from './verdict.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** The object that a target names; undefined while it does not exist or while an object with another UID has its name. */
export const objectOf = (target: Target, objects: readonly ClusterObject[]): Workload | CustomResource | undefined =>
  ofKind(objects, target.kind).find(
    ({ metadata }) =>
      metadata.name === target.name &&
      (metadata.namespace ?? '') === target.namespace &&
      (target.uid === undefined || metadata.uid === undefined || metadata.uid === target.uid),
  );

/** Whether the controller has observed the applied generation. Jobs are exempt: their template is immutable. */
export function isObserved({ generation = 0 }: Target, workload: Workload): boolean {
  if (workload.kind === 'Job') return true;
  return (workload.status?.observedGeneration ?? 0) >= Math.max(generation, workload.metadata.generation ?? 0);
}

const owns = (owner: Metadata, { metadata }: { readonly metadata: Metadata }): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.uid) ?? false;

const podsOf = (objects: readonly ClusterObject[], owner: Metadata, label?: string, hash?: string): readonly Pod[] =>
  ofKind(objects, 'Pod').filter(
    (pod) =>
      owns(owner, pod) && pod.metadata.deletionTimestamp === undefined && (label === undefined || pod.metadata.labels?.[label] === hash),
  );

/** The terminating pods of a workload, of any revision. */
function terminatingPodsOf(objects: readonly ClusterObject[], { metadata }: Workload): readonly Pod[] {
  const owners = [
    metadata,
    ...ofKind(objects, 'ReplicaSet')
      .filter((set) => owns(metadata, set))
      .map((set) => set.metadata),
  ];
  return ofKind(objects, 'Pod').filter((pod) => pod.metadata.deletionTimestamp !== undefined && owners.some((owner) => owns(owner, pod)));
}

const currentReplicaSet = (deployment: Metadata, objects: readonly ClusterObject[]): ReplicaSet | undefined =>
  ofKind(objects, 'ReplicaSet').find(
    (set) => owns(deployment, set) && set.metadata.annotations?.[revisionAnnotation] === deployment.annotations?.[revisionAnnotation],
  );

/** A DaemonSet's status does not name its current revision: it is the ControllerRevision with the highest number. */
const currentRevision = (daemonSet: Metadata, objects: readonly ClusterObject[]): ControllerRevision | undefined =>
  ofKind(objects, 'ControllerRevision')
    .filter((revision) => owns(daemonSet, revision))
    .reduce<ControllerRevision | undefined>((last, next) => (last === undefined || next.revision > last.revision ? next : last), undefined);

/** A workload with the pods of its current revision only, matched by owner and template hash. */
export function workloadContextOf(target: Target, workload: Workload, objects: readonly ClusterObject[]): WorkloadContext {
  const { kind, metadata } = workload;
  const hashLabel = 'controller-revision-hash';
  const common = { target, object: workload, terminatingPods: terminatingPodsOf(objects, workload) };
  if (kind === 'Job') return { ...common, pods: podsOf(objects, metadata) };
  if (kind === 'StatefulSet') return { ...common, pods: podsOf(objects, metadata, hashLabel, workload.status?.updateRevision) };
  if (kind === 'DaemonSet') {
    const hash = currentRevision(metadata, objects)?.metadata.labels?.[hashLabel];
    return { ...common, pods: hash === undefined ? [] : podsOf(objects, metadata, hashLabel, hash) };
  }
  const replicaSet = currentReplicaSet(metadata, objects);
  if (replicaSet === undefined) return { ...common, pods: [] };
  const hash = replicaSet.metadata.labels?.['pod-template-hash'];
  return { ...common, replicaSet, pods: podsOf(objects, replicaSet.metadata, 'pod-template-hash', hash) };
}
