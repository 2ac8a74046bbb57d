import type { Endpoint } from '../../../contract/endpoints/endpoint.ts';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { objectives } from '../../../contract/objectives.ts';
import { canaryComponent } from '../../../manifests/constructs/canary.ts';
import { exactIncrease, exactQuantile, upTargets } from '../../../manifests/prometheus/promql.ts';
import { scrapeSeconds } from '../../../manifests/prometheus/scrape.ts';

/** Figures older than this are stale: so many looks of Prometheus were missed. */
const freshSeconds = 4 * scrapeSeconds.service;

/** Routes that nobody's request takes: probes would pass for callers that are content. */
const all: readonly Endpoint[] = Object.values(endpoints);
const ownRoutes = [...new Set(all.filter(({ rateLimit }) => rateLimit === 'exempt').map(({ path }) => path)), 'unmatched'];

const asked = ['pods', 'requests', 'errors', 'latency'] as const;
export type GateMetric = (typeof asked)[number];
export const gateMetrics: readonly GateMetric[] = asked;

/** What Prometheus is asked of the new release's pods alone, about the last so many seconds: PromQL by what it tells. */
export function gateQueries(prefix: string, seconds: number): Readonly<Record<GateMetric, string>> {
  const target = { job: { is: prefix }, component: { is: canaryComponent } } as const;
  const callers = { ...target, route: { excludes: ownRoutes.join('|') } } as const;
  return {
    pods: upTargets(target, freshSeconds).promql,
    requests: exactIncrease('requests', seconds, callers).promql,
    errors: exactIncrease('requests', seconds, { ...callers, status: { matches: '5..' } }).promql,
    latency: exactQuantile(objectives.latency.quantile, 'requestDuration', seconds, callers).promql,
  };
}
