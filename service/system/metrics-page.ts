import type { Context } from '../http/context.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { metricsFormats } from '../telemetry/metrics-formats.ts';

/** Answers a request to /metrics. */
export type MetricsPage = (ctx: Context) => Promise<void>;

const [text, openMetrics] = metricsFormats;

/** Prometheus prefers OpenMetrics, with parameters that depend on its version. */
const prefersOpenMetrics = (ctx: Context) => [ctx.accepts()].flat()[0] === openMetrics.split(';', 1)[0];

/**
 * The metrics in the format that the client prefers: text, or OpenMetrics, which has exemplars.
 * @param allProcesses renders the metrics of all processes of WORKERS, as text only
 */
export const metricsPage = (metrics: Pick<Metrics, 'render'>, allProcesses?: () => Promise<string>): MetricsPage =>
  async function handle(ctx) {
    ctx.vary('Accept');
    const format = allProcesses === undefined && prefersOpenMetrics(ctx) ? openMetrics : text;
    ctx.body = await (allProcesses?.() ?? metrics.render(format));
    ctx.type = format;
  };
