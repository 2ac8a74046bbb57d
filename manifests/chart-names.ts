/** `platform` is applied once by a cluster admin; the others by every release, in this order. */
export const chartNames = ['platform', 'data', 'service', 'edge', 'observability'] as const;
export type ChartName = (typeof chartNames)[number];
