/** A share of the callers that a new release gets, and how long it is watched with it. */
export interface CanaryStep {
  /** Percent of the requests, 1..99; each step has more than the one before. */
  readonly weight: number;
  /** Seconds. */
  readonly soakSeconds: number;
}

/** Where Prometheus is asked. */
export type PrometheusTarget =
  /** The one that the environment brings along. */
  | 'bundled'
  /** A pod of the cluster, reached through the API server: whoever owns its namespace gives the deployer that right (docs/canary.md). */
  | { readonly namespace: string; readonly pod: string }
  /** An address that the release tool reaches by itself. */
  | { readonly url: `http${'s' | ''}://${string}` };

/** What the new release must show before it gets more: the contract's objectives, on its own pods alone. */
export interface Gate {
  readonly prometheus: PrometheusTarget;
  /** Fewer requests in a step tell nothing. Not set: as many as one bad answer is within the objective of. */
  readonly leastRequests?: number;
  /** Seconds after the soak that figures may lack before the release is taken back. Not set: 60. */
  readonly patienceSeconds?: number;
}

/** How a new release of the API takes over. */
export type Strategy =
  /** Pod by pod. */
  | { readonly kind: 'rolling' }
  /** Beside the old one, by shares of the callers. */
  | { readonly kind: 'canary'; readonly steps: readonly [CanaryStep, ...CanaryStep[]]; readonly gate?: Gate }
  /** Beside the old one at full scale, then all callers at once. */
  | { readonly kind: 'blue-green'; readonly soakSeconds: number; readonly gate?: Gate };

/** Those with two releases side by side. */
export type ProgressiveStrategy = Exclude<Strategy, { kind: 'rolling' }>;

/** What a release goes through: of blue-green, all callers at once. */
export const stepsOf = (strategy: ProgressiveStrategy): readonly CanaryStep[] =>
  strategy.kind === 'canary' ? strategy.steps : [{ weight: 100, soakSeconds: strategy.soakSeconds }];
