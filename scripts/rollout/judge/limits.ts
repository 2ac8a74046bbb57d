/** How long the judge is patient with what may mend itself. Seconds, except where said. */
export interface Limits {
  /** A configuration error must last this long: the missing object may be applied a moment later. */
  readonly configErrorSeconds: number;
  /** Restarts of one container that prove a crash loop (count); one more if its exit codes differ. */
  readonly restarts: number;
  /** A container that has ended since the release must be ready and run for so long before the rollout is called healthy. */
  readonly recoverySeconds: number;
  /** A container that is ready and ran for so long has left its crashes behind (the kubelet's back-off ends after as long). */
  readonly steadySeconds: number;
  readonly unschedulableSeconds: number;
  /** The same when a node is on its way (scale-up was triggered). */
  readonly scaleUpSeconds: number;
  /** For a registry that is overloaded, down or out of reach. */
  readonly registrySeconds: number;
  /** Readiness may fail for this many rounds of `failureThreshold` probes (count). */
  readonly readinessRounds: number;
  /** Times that one container may stop being ready while it runs on; the last of them proves that it flaps (count). */
  readonly readinessLosses: number;
  /** The least grace for a container that runs without being ready. */
  readonly readinessMinimumSeconds: number;
  /** For a pod that should be gone, after the time that it was given to end. */
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
