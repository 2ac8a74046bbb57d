import type {
  CoreV1Event,
  V1Condition,
  V1Container,
  V1ContainerStatus,
  V1ControllerRevision,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Node,
  V1ObjectMeta,
  V1Pod,
  V1PodStatus,
  V1Probe,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';

/** RFC 3339 text in JSON. */
export type Timestamp = string | Date;

/** A type of the Kubernetes client as the API server sends it in JSON, with texts instead of dates. */
type FromJson<T> = T extends Date
  ? Timestamp | null
  : T extends readonly (infer Item)[]
    ? readonly FromJson<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: FromJson<T[Key]> }
      : T;

type Loose<T, Key extends keyof T> = { readonly [Name in keyof T]?: FromJson<T[Name]> } & { readonly [Name in Key]: FromJson<T[Name]> };

/** Spec and status are partial: the judge does not rely on fields that the API server sets by default. Lists omit `kind`: the reader adds it. */
interface ApiObject<Kind extends string, T extends { spec?: object; status?: object }> {
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec?: Partial<FromJson<NonNullable<T['spec']>>>;
  readonly status?: Partial<FromJson<NonNullable<T['status']>>>;
}

export type Metadata = Omit<FromJson<V1ObjectMeta>, 'name' | 'ownerReferences'> & {
  readonly name: string;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
};
export type Condition = Loose<V1Condition, 'type' | 'status'>;
export type Probe = FromJson<V1Probe>;
export type Container = FromJson<V1Container>;
export type ContainerStatus = Loose<V1ContainerStatus, 'name'>;

export interface Pod extends Omit<ApiObject<'Pod', V1Pod>, 'status'> {
  readonly status?: Partial<Omit<FromJson<V1PodStatus>, `${string}ontainerStatuses` | 'conditions'>> & {
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}
export type Deployment = ApiObject<'Deployment', V1Deployment>;
export type StatefulSet = ApiObject<'StatefulSet', V1StatefulSet>;
export type DaemonSet = ApiObject<'DaemonSet', V1DaemonSet>;
export type Job = ApiObject<'Job', V1Job>;
export type ReplicaSet = ApiObject<'ReplicaSet', V1ReplicaSet>;
export type Node = ApiObject<'Node', V1Node>;
export type ControllerRevision = ApiObject<'ControllerRevision', object> & Pick<V1ControllerRevision, 'revision'>;

export type Workload = Deployment | StatefulSet | DaemonSet | Job;

/** Status of a custom resource from which an operator creates other objects. */
export interface CustomResourceStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  /** CloudNativePG: the current phase and its reason. */
  readonly phase?: string;
  readonly phaseReason?: string;
  /** External Secrets: the version that was synced last. */
  readonly syncedResourceVersion?: string;
}
export type CustomResourceKind = 'Cluster' | 'ExternalSecret' | 'Certificate';
export type CustomResource = {
  readonly [Kind in CustomResourceKind]: ApiObject<Kind, { status?: CustomResourceStatus }>;
}[CustomResourceKind];

export type ClusterObject = Workload | CustomResource | ReplicaSet | ControllerRevision | Pod | Node;

/** Newer reporters set `eventTime` and `series`, older ones the two timestamps. `fieldPath` is `spec.containers{api}` for one container. */
export type ClusterEvent = Partial<Omit<FromJson<CoreV1Event>, 'metadata' | 'involvedObject' | 'series'>> & {
  readonly metadata?: FromJson<V1ObjectMeta>;
  readonly involvedObject: FromJson<CoreV1Event['involvedObject']>;
  readonly series?: FromJson<NonNullable<CoreV1Event['series']>> | null;
};

/** The objects of one kind, typed. */
export const ofKind = <Kind extends ClusterObject['kind']>(
  objects: readonly ClusterObject[],
  kind: Kind,
): readonly Extract<ClusterObject, { kind: Kind }>[] =>
  objects.filter((object): object is Extract<ClusterObject, { kind: Kind }> => object.kind === kind);

/** The condition of a type; undefined if there is none. */
export const conditionOf = <C extends { readonly type: string }>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find((condition) => condition.type === type);

const kinds: readonly unknown[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Cluster',
  'ExternalSecret',
  'Certificate',
  'ReplicaSet',
  'ControllerRevision',
  'Pod',
  'Node',
] satisfies ClusterObject['kind'][];

/** True for an object of a kind that the judge reads. The API server has validated its fields. */
export const isClusterObject = (value: object): value is ClusterObject =>
  'kind' in value && kinds.includes(value.kind) && 'metadata' in value;

/** True for a core/v1 Event. */
export const isClusterEvent = (value: object): value is ClusterEvent => 'involvedObject' in value;
