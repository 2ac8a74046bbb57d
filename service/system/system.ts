import type { Kysely } from 'kysely';
import type { Caches } from '../cache/cache.ts';
import type { Tables } from '../database/tables.ts';
import type { Redis } from '../redis/redis.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createCacheStats } from './cache-stats.ts';
import { diskUsage, type Folders, measureDisk } from './disk.ts';
import { createHealth, type Dependencies } from './health.ts';
import type { MetricsPage } from './metrics-page.ts';
import { createMetricsSampler, readMetricsSamples } from './metrics-samples.ts';
import { createProcessMetrics } from './process-metrics.ts';

const minuteMs = 60_000;
const dependencyCheckMs = 5000;

interface SystemOptions {
  readonly db: Kysely<Tables>;
  readonly redis: Redis | undefined;
  readonly caches: Caches;
  readonly metrics: Metrics;
  /** Folders that the service writes to. */
  readonly folders: Folders;
  /** Answers /metrics. */
  readonly metricsPage: MetricsPage;
  readonly dependencies: Dependencies;
}

/** Health, metrics and caches of this process. */
export function createSystem({ db, redis, caches, metrics, folders, metricsPage, dependencies }: SystemOptions) {
  const readMetrics = () => createProcessMetrics(metrics, () => diskUsage(folders));
  const sampling: PeriodicTask = {
    name: 'sample metrics',
    intervalMs: minuteMs,
    retryMs: minuteMs,
    runImmediately: false,
    run: createMetricsSampler(db, readMetrics()),
  };
  const health = createHealth(dependencies, metrics);
  // Not every platform requests /ready, and the metric of each dependency must follow it on all of them.
  const checking: PeriodicTask = {
    name: 'check dependencies',
    intervalMs: dependencyCheckMs,
    retryMs: dependencyCheckMs,
    runImmediately: true,
    run: health.check,
  };
  return {
    health,
    cacheStats: createCacheStats(metrics, redis),
    processMetrics: readMetrics(),
    /** Samples of all processes, the newest first. */
    samples: (from: Date, to: Date, limit: number) => readMetricsSamples(db, from, to, limit),
    /** Empties every cache of every process. @returns how many values there were */
    clearCaches: () => caches.clear(),
    metricsPage,
    tasks: [checking, sampling, measureDisk(metrics, folders)],
  };
}
export type System = ReturnType<typeof createSystem>;
