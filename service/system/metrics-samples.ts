import { hostname } from 'node:os';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { ReadProcessMetrics } from './process-metrics.ts';

/** Metrics of one process at one time; counters since its start. */
export interface MetricsSample {
  readonly at: Date;
  /** `host:pid`. */
  readonly process: string;
  readonly requestsTotal: number;
  readonly errorsTotal: number;
  /** Of one core, since the previous sample. */
  readonly cpuPercent: number;
  readonly memoryMb: number;
  readonly diskUsage: number;
}

/** Stores a sample of the process's metrics at each call. */
export function createMetricsSampler(db: Kysely<Tables>, readMetrics: ReadProcessMetrics): () => Promise<void> {
  return async () => {
    const { timestamp, requests_total, errors_total, cpu_percent, memory_mb, disk_usage } = await readMetrics();
    await db
      .insertInto('metric_samples')
      .values({
        at: new Date(timestamp),
        process: `${hostname()}:${process.pid}`,
        requests_total,
        errors_total,
        cpu_percent,
        memory_mb,
        disk_usage,
      })
      .execute();
  };
}

export const samplesQuery = (db: Kysely<Tables>, from: Date, to: Date, limit: number) =>
  db.selectFrom('metric_samples').selectAll().where('at', '>=', from).where('at', '<', to).orderBy('at', 'desc').limit(limit);

/** Samples of all processes, the newest first; `to` is exclusive. */
export async function readMetricsSamples(db: Kysely<Tables>, from: Date, to: Date, limit = 10_000): Promise<MetricsSample[]> {
  const rows = await samplesQuery(db, from, to, limit).execute();
  return rows.map(({ at, process: name, requests_total, errors_total, cpu_percent, memory_mb, disk_usage }) => ({
    at,
    process: name,
    requestsTotal: Number(requests_total),
    errorsTotal: Number(errors_total),
    cpuPercent: cpu_percent,
    memoryMb: memory_mb,
    diskUsage: disk_usage,
  }));
}
