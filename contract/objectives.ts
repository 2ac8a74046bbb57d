import type { latencyBuckets } from './metrics.ts';

interface LatencyObjective {
  /** Quantile that must stay below the threshold, 0..1. */
  readonly quantile: number;
  /** Seconds; must be a bucket bound, or a histogram could not tell. */
  readonly thresholdSeconds: (typeof latencyBuckets)[number];
}

/** What the service aims at; `alertLines` say when somebody is woken. */
export const objectives = {
  /** Share of answers that are not 5xx (guide row PF-08: error rate below 1 %). */
  availability: { target: 0.99, windowDays: 30 },
  /** Guide row PF-01: p95 below 200 ms. */
  latency: { quantile: 0.95, thresholdSeconds: 0.2 } satisfies LatencyObjective,
  /** Guide row CA-08 (G0, G3): hits / (hits + misses), see D-03. */
  cacheHitRate: { target: 0.8 },
} as const;

/** Lines at which an alert fires (guide rows AL-02..AL-08, in their right form). */
export const alertThresholds = {
  /** Guide row AL-05: a ratio, not a rate (D-02). */
  errorRatio: 0.05,
  /** Guide row AL-03, PF-11: seconds at p95. */
  latencySeconds: 2 satisfies (typeof latencyBuckets)[number],
  /** Guide row AL-06: seconds that every second answer takes. */
  responseSeconds: 1 satisfies (typeof latencyBuckets)[number],
  /** Guide rows AL-07, AL-08: of a container's limit. */
  cpuShare: 0.9,
  memoryShare: 0.95,
  cacheHitRate: objectives.cacheHitRate.target,
  /** Guide row DB-17: connections in use, of those that a process may open. */
  databasePoolShare: 0.8,
  /** Logins a second that failed or were refused: more than people mistype. */
  failedLogins: 1,
} as const;
