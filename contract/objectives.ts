import type { latencyBuckets } from './metrics.ts';

interface LatencyObjective {
  /** Quantile that must stay below the threshold, 0..1. */
  readonly quantile: number;
  /** Seconds; must be the upper bound of a bucket, or the histogram could not measure it. */
  readonly thresholdSeconds: (typeof latencyBuckets)[number];
}

/** Days over which an error budget is counted. */
export const objectiveWindowDays = 30;

/** The share of events that may miss a target: 0.01, where 1 - 0.99 is 0.010000000000000009. */
export const allowedShare = (target: number) => Math.round((1 - target) * 1e6) / 1e6;

/** Service level objectives. Alerts on causes have thresholds of their own (manifests/monitoring/alerts.ts). */
export const objectives = {
  /** Share of responses that are not 5xx. */
  availability: { target: 0.99 },
  /** Of REST requests, without answers of text models that are never cached: their time is the model's. */
  latency: { quantile: 0.95, thresholdSeconds: 0.2 } satisfies LatencyObjective,
  /** Of GraphQL operations. */
  graphqlLatency: { quantile: 0.95, thresholdSeconds: 0.15 } satisfies LatencyObjective,
  /** Of one item of a batch in a worker. */
  workerLatency: { quantile: 0.95, thresholdSeconds: 0.5 } satisfies LatencyObjective,
  /** hits / (hits + misses), of captions. */
  cacheHitRate: { target: 0.8 },
  /** Mean of REST requests. */
  averageLatency: { thresholdSeconds: 0.2 },
  /** Of a statement in the database. */
  statementLatency: { quantile: 0.95, thresholdSeconds: 0.05 } satisfies LatencyObjective,
  /** Mean share of the CPU that a process may use. */
  cpu: { share: 0.7 },
  /** Share of the memory that a process may use. */
  memory: { share: 0.8 },
  /** Share of the connections that a process may open. */
  databasePool: { share: 0.8 },
  /** Seconds until the autoscaler reacts. */
  scaleUp: { seconds: 60 },
} as const;
