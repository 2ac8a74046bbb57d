/** The share of the requests that a new release gets, and for how long. */
export interface CanaryStep {
  /** Percent of the requests, 1 to 99; each step has more than the one before. */
  readonly weight: number;
  readonly soakSeconds: number;
}

/** Requires that the new release's own pods meet the contract's objectives before it gets more requests. */
export interface Gate {
  /** A step with fewer requests is inconclusive. Not set: the number at which a single error is within the objective. */
  readonly minRequests?: number;
  /** Seconds after the soak in which missing metrics do not cause a rollback yet. Not set: 60. */
  readonly metricsTimeoutSeconds?: number;
}

/** Runs a new release of the API next to the old one before it replaces it. */
export type Strategy =
  /** Shifts requests to the new release step by step. */
  | { readonly kind: 'canary'; readonly steps: readonly [CanaryStep, ...CanaryStep[]]; readonly gate?: Gate }
  /** Starts the new release at full scale, then shifts all requests at once. */
  | { readonly kind: 'blue-green'; readonly soakSeconds: number; readonly gate?: Gate };

/** The steps of a release; blue-green has a single one, with all requests. */
export const stepsOf = (strategy: Strategy): readonly CanaryStep[] =>
  strategy.kind === 'canary' ? strategy.steps : [{ weight: 100, soakSeconds: strategy.soakSeconds }];
