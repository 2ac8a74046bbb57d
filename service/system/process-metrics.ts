import { hostname } from 'node:os';
import type * as z from 'zod';
import type { Metrics } from '../telemetry/metrics.ts';
import type { processMetricsResponse } from './schema.ts';

const bytesPerMegabyte = 1024 * 1024;
const rounded = (value: number) => Math.round(value * 100) / 100;

export type ReadProcessMetrics = () => Promise<z.input<typeof processMetricsResponse>>;

/** CPU of this process since the previous call, in percent of one core; at the first call since the start. */
function createCpuMeter(): () => number {
  let at = 0;
  let used = { user: 0, system: 0 };
  return () => {
    const now = process.uptime();
    const spent = process.cpuUsage(used);
    const percent = ((spent.user + spent.system) / 1e6 / Math.max(now - at, 0.001)) * 100;
    used = process.cpuUsage();
    at = now;
    return percent;
  };
}

/**
 * Metrics of this process. `error_rate` is errors per request, 0 to 1; an error is a response with a status from 400.
 * @param diskUsage used share of the file system, 0 to 1
 */
export function createProcessMetrics(metrics: Metrics, diskUsage: () => Promise<number>): ReadProcessMetrics {
  const cpuPercent = createCpuMeter();
  return async () => {
    const requests = await metrics.total('requests');
    const errors = await metrics.total('requests', 'status', (status) => Number(status) >= 400);
    return {
      timestamp: new Date().toISOString(),
      requests_total: requests,
      errors_total: errors,
      error_rate: requests === 0 ? 0 : errors / requests,
      cpu_percent: rounded(cpuPercent()),
      memory_mb: rounded(process.memoryUsage.rss() / bytesPerMegabyte),
      disk_usage: rounded((await diskUsage()) * 100),
      process_id: process.pid,
      hostname: hostname(),
    };
  };
}
