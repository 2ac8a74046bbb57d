/** Media types of the formats of metrics: Prometheus text, and OpenMetrics, which has exemplars. */
export const metricsFormats = [
  'text/plain; version=0.0.4; charset=utf-8',
  'application/openmetrics-text; version=1.0.0; charset=utf-8',
] as const;
export type MetricsFormat = (typeof metricsFormats)[number];
