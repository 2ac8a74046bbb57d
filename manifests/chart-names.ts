/** Applied once by a cluster administrator, and again when they change; no release touches them. */
export const adminCharts = ['platform', 'monitoring', 'logging'] as const;
/** The others are applied by every release, in this order. */
export const chartNames = [...adminCharts, 'secrets', 'data', 'service', 'edge', 'observability'] as const;
export type ChartName = (typeof chartNames)[number];
