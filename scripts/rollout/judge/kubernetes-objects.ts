/**
 * The parts of Kubernetes API objects that the judge reads, as the API sends them (JSON). Items of a list carry no `kind`: whoever lists sets it.
 * Times may be RFC 3339 text (raw JSON) or Date (typed clients).
 */
export type Timestamp = string | Date;

interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly creationTimestamp?: Timestamp;
  /** When it is to be gone: the time that it was given to end is over then. */
  readonly deletionTimestamp?: Timestamp;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: Timestamp | null;
  /** Of the object that the condition is about, where its controller says so. */
  readonly observedGeneration?: number;
}

interface ApiObject<Kind extends string, Spec, Status> {
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec?: Spec;
  readonly status?: Status;
}

export interface Probe {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  /** `Always` on an init container makes it a sidecar. */
  readonly restartPolicy?: string;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: Timestamp | null;
  readonly finishedAt?: Timestamp | null;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string } | null;
  readonly running?: { readonly startedAt?: Timestamp | null } | null;
  readonly terminated?: Terminated | null;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean | null;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export type Pod = ApiObject<
  'Pod',
  {
    readonly nodeName?: string;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  },
  {
    readonly phase?: string;
    /** Why the pod as a whole has ended, such as `Evicted`. */
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  }
>;

interface ReplicaCounts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly conditions?: readonly Condition[];
}

export type Deployment = ApiObject<
  'Deployment',
  { readonly replicas?: number; readonly paused?: boolean; readonly strategy?: { readonly type?: string } },
  ReplicaCounts
>;

export type StatefulSet = ApiObject<
  'StatefulSet',
  {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  },
  ReplicaCounts & { readonly currentRevision?: string; readonly updateRevision?: string }
>;

export type DaemonSet = ApiObject<
  'DaemonSet',
  { readonly updateStrategy?: { readonly type?: string } },
  {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
  }
>;

export type Job = ApiObject<
  'Job',
  { readonly backoffLimit?: number; readonly completions?: number | null; readonly suspend?: boolean },
  { readonly active?: number; readonly succeeded?: number; readonly failed?: number; readonly conditions?: readonly Condition[] }
>;

export type ReplicaSet = ApiObject<'ReplicaSet', { readonly replicas?: number }, { readonly conditions?: readonly Condition[] }>;
export type ControllerRevision = ApiObject<'ControllerRevision', undefined, undefined> & { readonly revision: number };
export type Node = ApiObject<'Node', { readonly unschedulable?: boolean }, { readonly conditions?: readonly Condition[] }>;

export type Workload = Deployment | StatefulSet | DaemonSet | Job;

/** Status of an object from which an operator makes others. */
export interface CustomResourceStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  /** CloudNativePG: what the operator is at, and why. */
  readonly phase?: string;
  readonly phaseReason?: string;
  /** External Secrets: what was synced last. */
  readonly syncedResourceVersion?: string;
}
export type CustomResourceKind = 'Cluster' | 'ExternalSecret' | 'SealedSecret' | 'Certificate';
export type CustomResource = {
  readonly [Kind in CustomResourceKind]: ApiObject<Kind, undefined, CustomResourceStatus>;
}[CustomResourceKind];

export type ClusterObject = Workload | CustomResource | ReplicaSet | ControllerRevision | Pod | Node;

/** A core/v1 Event. Newer reporters set `eventTime` and `series`, older ones the two timestamps. */
export interface ClusterEvent {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly creationTimestamp?: Timestamp };
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    /** `spec.containers{api}` when the event is about one container. */
    readonly fieldPath?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: Timestamp | null;
  readonly lastTimestamp?: Timestamp | null;
  readonly eventTime?: Timestamp | null;
  readonly series?: { readonly lastObservedTime?: Timestamp | null } | null;
}

/** The objects of one kind, typed. */
export const ofKind = <Kind extends ClusterObject['kind']>(
  objects: readonly ClusterObject[],
  kind: Kind,
): readonly Extract<ClusterObject, { kind: Kind }>[] =>
  objects.filter((object): object is Extract<ClusterObject, { kind: Kind }> => object.kind === kind);

/** The condition of that type, when there is one. */
export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

const kinds: readonly unknown[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Cluster',
  'ExternalSecret',
  'SealedSecret',
  'Certificate',
  'ReplicaSet',
  'ControllerRevision',
  'Pod',
  'Node',
] satisfies ClusterObject['kind'][];

/** True for an object of a kind that the judge reads; its fields are taken as the API server validated them. */
export const isClusterObject = (value: object): value is ClusterObject =>
  'kind' in value && kinds.includes(value.kind) && 'metadata' in value;

/** True for a core/v1 Event. */
export const isClusterEvent = (value: object): value is ClusterEvent => 'involvedObject' in value;
