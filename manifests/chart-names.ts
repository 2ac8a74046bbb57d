/** Charts that a cluster admin applies, once and after changes. Releases do not include them. */
export const adminCharts = ['platform', 'monitoring', 'logging'] as const;
/** Releases apply the other charts, in this order. */
export const chartNames = [...adminCharts, 'secrets', 'data', 'service', 'edge', 'observability'] as const;
export type ChartName = (typeof chartNames)[number];
