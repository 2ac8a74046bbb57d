import type { latencyBuckets } from './metrics.ts';

interface LatencyObjective {
  /** Quantile that must stay below the threshold, 0..1. */
  readonly quantile: number;
  /** Seconds; must be the upper bound of a bucket, or the histogram could not measure it. */
  readonly thresholdSeconds: (typeof latencyBuckets)[number];
}

/** Service level objectives. Alerts have thresholds of their own (manifests/monitoring/alerts.ts). */
export const objectives = {
  /** Share of responses that are not 5xx. */
  availability: { target: 0.99, windowDays: 30 },
  latency: { quantile: 0.95, thresholdSeconds: 0.2 } satisfies LatencyObjective,
  /** hits / (hits + misses). */
  cacheHitRate: { target: 0.8 },
} as const;
