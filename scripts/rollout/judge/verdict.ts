import type { ClusterEvent, ClusterObject, CustomResourceKind, Workload } from './kubernetes-objects.ts';

/** One object of the release that must become healthy: what was applied, as the API server answered. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: Workload['kind'] | CustomResourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** `metadata.generation` that the apply returned: status of an older generation is not believed. */
  readonly generation?: number;
  /** What all its pods carry, of whatever revision. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** Everything a verdict depends on. */
export interface Observation {
  readonly now: Date;
  /** When the release was applied, by the cluster's clock: conditions and events before it say nothing about this release. */
  readonly appliedAt: Date;
  readonly targets: readonly Target[];
  readonly objects: readonly ClusterObject[];
  readonly events: readonly ClusterEvent[];
  /** Seconds after `appliedAt` in which every target must be healthy. */
  readonly deadlineSeconds: number;
  /** The memory of the verdict before this one; without it, facts that carry no time count from now. */
  readonly previous?: Memory;
}

/** What must outlive one observation because objects do not say it. Plain data. */
export interface Memory {
  /** When a fact without a timestamp of its own was first seen (ISO time by fact). It is forgotten when the fact is gone. */
  readonly firstSeen: Readonly<Record<string, string>>;
  /** The last exits of each container (by pod and container), and its restarts before the release was applied. */
  readonly containers: Readonly<Record<string, ContainerHistory>>;
  /** How ready each container was that has been ready since the release was applied (by pod, container and run). */
  readonly readiness: Readonly<Record<string, Readiness>>;
}

/** A container that has been ready. */
export interface Readiness {
  readonly ready: boolean;
  /** When it stopped being ready while it ran on (ISO times, the older first). */
  readonly losses: readonly string[];
}

export interface Exit {
  readonly at: string;
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** How long it had run. */
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
  /** True when the logs that matter are those of the run before (`kubectl logs --previous`). */
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
  | 'admission-refused'
  | 'registry-unavailable'
  | 'job-failed'
  | 'unschedulable'
  | 'never-ready'
  | 'flapping'
  | 'stuck-terminating'
  | 'deadline';

export interface Cause {
  readonly code: CauseCode;
  /** One line for a person: workload, pod, container, and the cluster's own sentence. */
  readonly line: string;
  readonly target: Target;
  /** From the workload down: Deployment, ReplicaSet, Pod. */
  readonly chain: readonly ObjectRef[];
  readonly container?: ContainerRef;
  /** When the trouble began; the proof may need it to last. */
  readonly since: Date;
}

/** What a target still waits for. */
export interface PendingTarget {
  readonly target: Target;
  /** One sentence for a person. It is the same as long as nothing changes, so that it can be printed once. */
  readonly line: string;
  /** When patience with this very reason ends, if it has an end before the deadline. */
  readonly until?: Date;
}

export type Verdict =
  | { readonly state: 'progressing'; readonly waiting: readonly PendingTarget[]; readonly memory: Memory }
  | { readonly state: 'healthy'; readonly memory: Memory }
  | {
      readonly state: 'failed';
      readonly cause: Cause;
      /** The time of the fact that completes the proof, by the cluster's clock; never after the observation. */
      readonly provedAt: Date;
      /** Other causes proved at the same observation, most informative first. */
      readonly others: readonly Cause[];
      readonly memory: Memory;
    };
