/** How long the judge waits for conditions that may recover. Seconds unless stated otherwise. */
export interface Limits {
  /** A configuration error must last this long: the missing object may be created shortly after. */
  readonly configErrorSeconds: number;
  /** Restarts of one container that prove a crash loop (count); one more if its exit codes differ. */
  readonly restarts: number;
  /** A container that terminated since the release must be ready and run for this long before the rollout is healthy. */
  readonly recoverySeconds: number;
  /** A container that is ready and ran for this long has recovered (the kubelet resets its back-off after the same time). */
  readonly steadySeconds: number;
  readonly unschedulableSeconds: number;
  /** The same if a scale-up was triggered. */
  readonly scaleUpSeconds: number;
  /** For a registry that is overloaded, down or unreachable. */
  readonly registrySeconds: number;
  /** Readiness may fail for this many times `failureThreshold` probes (count). */
  readonly readinessRounds: number;
  /** How often a running container may lose its readiness; the last loss proves flapping (count). */
  readonly readinessLosses: number;
  /** Minimum grace period for a running container that is not ready. */
  readonly readinessMinimumSeconds: number;
  /** For a terminating pod, after its grace period. */
  readonly terminatingSeconds: number;
}

export const defaultLimits: Limits = {
  configErrorSeconds: 30,
  restarts: 3,
  recoverySeconds: 30,
  steadySeconds: 600,
  unschedulableSeconds: 60,
  scaleUpSeconds: 600,
  registrySeconds: 300,
  readinessRounds: 3,
  readinessLosses: 3,
  readinessMinimumSeconds: 30,
  terminatingSeconds: 30,
};
