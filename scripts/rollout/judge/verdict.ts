import type { ClusterEvent, ClusterObject, CustomResourceKind, Workload } from './kubernetes-objects.ts';

/** One object of the release that must become healthy, as the API server returned it when it was applied. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: Workload['kind'] | CustomResourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** `metadata.generation` that the apply returned: status of an older generation is ignored. */
  readonly generation?: number;
  /** Labels of all its pods, of any revision. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** All inputs of a verdict. */
export interface Observation {
  readonly now: Date;
  /** When the release was applied, by the cluster's clock: earlier conditions and events are ignored. */
  readonly appliedAt: Date;
  readonly targets: readonly Target[];
  readonly objects: readonly ClusterObject[];
  readonly events: readonly ClusterEvent[];
  /** Seconds after `appliedAt` in which every target must be healthy. */
  readonly deadlineSeconds: number;
  /** Memory of the previous verdict; without it, facts without a timestamp count from now. */
  readonly previous?: Memory;
}

/** Facts that objects do not record and later observations need. Plain data. */
export interface Memory {
  /** When a fact without a timestamp was first observed (ISO time by fact). Dropped when the fact disappears. */
  readonly firstSeen: Readonly<Record<string, string>>;
  /** The last exits of each container (by pod and container), and its restarts before the release was applied. */
  readonly containers: Readonly<Record<string, ContainerHistory>>;
  /** Readiness of the containers that have been ready since the release was applied (by pod, container and run). */
  readonly readiness: Readonly<Record<string, Readiness>>;
}

/** Readiness of a container that has been ready. */
export interface Readiness {
  readonly ready: boolean;
  /** When it lost its readiness while it ran (ISO times, oldest first). */
  readonly losses: readonly string[];
}

export interface Exit {
  readonly at: string;
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** How long it ran. */
  readonly ranSeconds: number;
}

export interface ContainerHistory {
  readonly restartsBefore: number;
  readonly exits: readonly Exit[];
}

/** An object to collect evidence from. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

export interface ContainerRef {
  readonly name: string;
  readonly restarts: number;
  /** If true, the relevant logs are those of the previous run (`kubectl logs --previous`). */
  readonly previousLogs: boolean;
}

export type CauseCode =
  | 'oom-killed'
  | 'crash-loop'
  | 'image-name-invalid'
  | 'image-not-found'
  | 'image-forbidden'
  | 'operator-failed'
  | 'config-error'
  | 'volume-missing'
  | 'quota-exceeded'
  | 'admission-rejected'
  | 'registry-unavailable'
  | 'job-failed'
  | 'unschedulable'
  | 'never-ready'
  | 'flapping'
  | 'stuck-terminating'
  | 'deadline';

export interface Cause {
  readonly code: CauseCode;
  /** One line: workload, pod, container, and the cluster's message. */
  readonly line: string;
  readonly target: Target;
  /** Deployment, ReplicaSet, Pod. */
  readonly chain: readonly ObjectRef[];
  readonly container?: ContainerRef;
  /** When the problem started; the proof may require a duration. */
  readonly since: Date;
}

/** A target that is not healthy yet. */
export interface PendingTarget {
  readonly target: Target;
  /** One sentence. It stays the same until something changes, so that it is printed once. */
  readonly line: string;
  /** When this reason becomes a failure, if that is before the deadline. */
  readonly until?: Date;
}

export type Verdict =
  | { readonly state: 'progressing'; readonly waiting: readonly PendingTarget[]; readonly memory: Memory }
  | { readonly state: 'healthy'; readonly memory: Memory }
  | {
      readonly state: 'failed';
      readonly cause: Cause;
      /** Time of the fact that completes the proof, by the cluster's clock; never after the observation. */
      readonly provedAt: Date;
      /** Other causes proved at the same observation, most informative first. */
      readonly others: readonly Cause[];
      readonly memory: Memory;
    };
