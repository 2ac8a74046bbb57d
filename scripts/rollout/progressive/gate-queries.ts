import { objectives } from '../../../contract/objectives.ts';
import { canaryComponent } from '../../../manifests/constructs/canary.ts';
import { exactIncrease, exactQuantile, type TargetScope, upTargets } from '../../../manifests/prometheus/promql.ts';
import { scrapeSeconds } from '../../../manifests/prometheus/scrape.ts';
import { userTraffic } from '../../../manifests/prometheus/traffic.ts';

/** Metrics older than this are stale: Prometheus missed four scrapes. */
const freshSeconds = 4 * scrapeSeconds.service;

const metrics = ['pods', 'requests', 'errors', 'latency'] as const;
export type GateMetric = (typeof metrics)[number];
export const gateMetrics: readonly GateMetric[] = metrics;

/** PromQL by metric, for the pods of the new release among `targets` and the last seconds. */
export function gateQueries(targets: TargetScope, seconds: number): Readonly<Record<GateMetric, string>> {
  const target = { ...targets, component: { is: canaryComponent } } as const;
  const traffic = { ...target, ...userTraffic } as const;
  return {
    pods: upTargets(target, freshSeconds).promql(),
    requests: exactIncrease('requests', seconds, traffic).promql(),
    errors: exactIncrease('requests', seconds, { ...traffic, status: { matches: '5..' } }).promql(),
    latency: exactQuantile(objectives.latency.quantile, 'requestDuration', seconds, traffic).promql(),
  };
}
