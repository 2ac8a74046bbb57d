import type { Endpoint } from '../../../contract/endpoints/endpoint.ts';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { objectives } from '../../../contract/objectives.ts';
import { canaryComponent } from '../../../manifests/constructs/canary.ts';
import { exactIncrease, exactQuantile, type TargetScope, upTargets } from '../../../manifests/prometheus/promql.ts';
import { scrapeSeconds } from '../../../manifests/prometheus/scrape.ts';

/** Metrics older than this are stale: Prometheus missed four scrapes. */
const freshSeconds = 4 * scrapeSeconds.service;

/** Routes without user requests: successful probes would count as successful requests. */
const all: readonly Endpoint[] = Object.values(endpoints);
const exemptRoutes = [...new Set(all.filter(({ rateLimit }) => rateLimit === 'exempt').map(({ path }) => path)), 'unmatched'];

const metrics = ['pods', 'requests', 'errors', 'latency'] as const;
export type GateMetric = (typeof metrics)[number];
export const gateMetrics: readonly GateMetric[] = metrics;

/** PromQL by metric, for the pods of the new release among `targets` and the last seconds. */
export function gateQueries(targets: TargetScope, seconds: number): Readonly<Record<GateMetric, string>> {
  const target = { ...targets, component: { is: canaryComponent } } as const;
  const userTraffic = { ...target, route: { excludes: exemptRoutes.join('|') } } as const;
  return {
    pods: upTargets(target, freshSeconds).promql(),
    requests: exactIncrease('requests', seconds, userTraffic).promql(),
    errors: exactIncrease('requests', seconds, { ...userTraffic, status: { matches: '5..' } }).promql(),
    latency: exactQuantile(objectives.latency.quantile, 'requestDuration', seconds, userTraffic).promql(),
  };
}
