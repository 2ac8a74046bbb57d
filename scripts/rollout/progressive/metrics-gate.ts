import { objectives } from '../../../contract/objectives.ts';
import type { TargetScope } from '../../../manifests/prometheus/promql.ts';
import { type PrometheusQuery, type QueryResult, queryNumber } from '../../prometheus/query.ts';
import type { GateResult } from './canary-steps.ts';
import { type GateMetric, gateMetrics, gateQueries } from './gate-queries.ts';

/** Allowed share of server errors. */
const allowedErrors = 1 - objectives.availability.target;
/** Number of requests of which one error is within the objective. */
const defaultMinRequests = Math.round(1 / allowedErrors);

/** Conditions for conclusive figures. */
export interface GateRequirements {
  /** Pods of the new release: Prometheus must scrape all of them. */
  readonly pods: number;
  /** Fewer requests are inconclusive. */
  readonly minRequests?: number | undefined;
}

/** Figures of the new release since the current step; missing ones are not set. */
export type GateFigures = Readonly<Partial<Record<GateMetric, number>>>;
export interface GateReport extends GateResult {
  readonly figures: GateFigures;
}
export type Readings = Readonly<Record<GateMetric, QueryResult>>;

/** Queries all metrics of the last seconds and evaluates them. Never throws: missing metrics are inconclusive. */
export async function evaluateGate(
  prometheus: PrometheusQuery,
  targets: TargetScope,
  seconds: number,
  requirements: GateRequirements,
  signal: AbortSignal,
): Promise<GateReport> {
  const queries = gateQueries(targets, seconds);
  const [pods, requests, errors, latency] = await Promise.all(gateMetrics.map((name) => queryNumber(prometheus, queries[name], signal)));
  const none: QueryResult = { missing: 'not queried' };
  return gateReportOf({ pods: pods ?? none, requests: requests ?? none, errors: errors ?? none, latency: latency ?? none }, requirements);
}

/**
 * Evaluates the figures. Errors fail the gate as soon as they exceed what the objective allows of the minimum number of requests, so that a
 * release that only fails is aborted early. Everything else needs enough requests, of all pods, and current metrics: missing data is
 * inconclusive, never a pass.
 */
export function gateReportOf(readings: Readings, { pods, minRequests = defaultMinRequests }: GateRequirements): GateReport {
  const figures = figuresOf(readings);
  const report = (result: GateResult['result'], why: string): GateReport => ({ result, why, figures });
  const { requests = 0, errors = 0, latency } = figures;
  if (errors > allowedErrors * Math.max(requests, minRequests))
    return report(
      'fail',
      `${count(errors)} of ${count(requests)} responses are server errors; the objective allows ${percent(allowedErrors)}`,
    );
  const missing = gateMetrics.flatMap((name) =>
    'missing' in readings[name] && name !== 'latency' ? [`${name}: ${readings[name].missing}`] : [],
  );
  if (missing[0] !== undefined) return report('inconclusive', `no figures: ${missing[0]}`);
  if ((figures.pods ?? 0) < pods) return report('inconclusive', `Prometheus scrapes ${figures.pods ?? 0} of ${pods} pods`);
  if (requests < minRequests) return report('inconclusive', `${count(requests)} of ${minRequests} required requests`);
  if (latency === undefined)
    return report('inconclusive', `no figures: latency: ${'missing' in readings.latency ? readings.latency.missing : ''}`);
  const { quantile, thresholdSeconds } = objectives.latency;
  const latencyText = `p${quantile * 100} ${milliseconds(latency)}`;
  if (latency > thresholdSeconds) return report('fail', `${latencyText}; the objective is ${milliseconds(thresholdSeconds)}`);
  return report('pass', `${count(requests)} requests, ${count(errors)} server errors, ${latencyText}`);
}

const figuresOf = (readings: Readings): GateFigures =>
  Object.fromEntries(gateMetrics.flatMap((name) => ('value' in readings[name] ? [[name, readings[name].value]] : [])));

const count = (value: number): string => String(Math.round(value));
const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`;
const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;
