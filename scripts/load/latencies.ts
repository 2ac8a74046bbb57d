import { createHistogram } from 'node:perf_hooks';

/** Longer ones count as this. */
const longestMs = 10 * 60_000;

/** Durations in milliseconds in a histogram with three significant digits: its size is constant. */
export function createLatencies() {
  // Integers: microseconds.
  const histogram = createHistogram({ lowest: 1, highest: longestMs * 1000, figures: 3 });
  return {
    record: (ms: number) => histogram.record(Math.max(1, Math.round(Math.min(ms, longestMs) * 1000))),
    count: () => histogram.count,
    /** Milliseconds; NaN without a duration, as are all figures. */
    quantile: (quantile: number) => (histogram.count === 0 ? Number.NaN : histogram.percentile(quantile * 100) / 1000),
    mean: () => histogram.mean / 1000,
  };
}
export type Latencies = ReturnType<typeof createLatencies>;
