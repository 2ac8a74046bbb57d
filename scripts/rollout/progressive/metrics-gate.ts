import { objectives } from '../../../contract/objectives.ts';
import type { GateResult } from './canary-steps.ts';
import { type GateMetric, gateMetrics, gateQueries } from './gate-queries.ts';
import { type PrometheusQuery, type QueryResult, queryNumber } from './prometheus-query.ts';

/** Share of answers that may be server errors. */
const allowedErrors = 1 - objectives.availability.target;
/** So few requests that one bad answer is within the objective of them. */
const usualLeast = Math.round(1 / allowedErrors);

/** What the figures must be about. */
export interface GateRequirements {
  /** Pods of the new release: figures of some of them are not figures of the release. */
  readonly pods: number;
  /** Fewer requests tell nothing. */
  readonly leastRequests?: number | undefined;
}

/** Figures of the new release since it has its present share; what could not be had is not set. */
export type GateFigures = Readonly<Partial<Record<GateMetric, number>>>;
export interface GateReport extends GateResult {
  readonly figures: GateFigures;
}
export type Readings = Readonly<Record<GateMetric, QueryResult>>;

/** Asks everything about the last so many seconds, and says what it means. Never throws: what cannot be had is inconclusive. */
export async function evaluateGate(
  ask: PrometheusQuery,
  prefix: string,
  seconds: number,
  demand: GateRequirements,
  signal: AbortSignal,
): Promise<GateReport> {
  const queries = gateQueries(prefix, seconds);
  const [pods, requests, errors, latency] = await Promise.all(gateMetrics.map((name) => queryNumber(ask, queries[name], signal)));
  const none: QueryResult = { missing: 'not asked' };
  return gateReportOf({ pods: pods ?? none, requests: requests ?? none, errors: errors ?? none, latency: latency ?? none }, demand);
}

/**
 * What the figures say. Errors count as soon as there are more than the objective allows of the least number of requests: a release
 * that only fails is not given time to fail more often. Everything else needs enough requests, of every pod, from a Prometheus that
 * looks: what is not known is inconclusive, never a pass.
 */
export function gateReportOf(readings: Readings, { pods, leastRequests = usualLeast }: GateRequirements): GateReport {
  const figures = figuresOf(readings);
  const say = (result: GateResult['result'], why: string): GateReport => ({ result, why, figures });
  const { requests = 0, errors = 0, latency } = figures;
  if (errors > allowedErrors * Math.max(requests, leastRequests))
    return say('fail', `${count(errors)} of ${count(requests)} answers are server errors; the objective allows ${percent(allowedErrors)}`);
  const missing = gateMetrics.flatMap((name) =>
    'missing' in readings[name] && name !== 'latency' ? [`${name}: ${readings[name].missing}`] : [],
  );
  if (missing[0] !== undefined) return say('inconclusive', `no figures: ${missing[0]}`);
  if ((figures.pods ?? 0) < pods) return say('inconclusive', `Prometheus sees ${figures.pods ?? 0} of ${pods} pods`);
  if (requests < leastRequests) return say('inconclusive', `${count(requests)} of ${leastRequests} requests that are needed to tell`);
  if (latency === undefined)
    return say('inconclusive', `no figures: latency: ${'missing' in readings.latency ? readings.latency.missing : ''}`);
  const { quantile, thresholdSeconds } = objectives.latency;
  const told = `p${quantile * 100} ${milliseconds(latency)}`;
  if (latency > thresholdSeconds) return say('fail', `${told}; the objective is ${milliseconds(thresholdSeconds)}`);
  return say('pass', `${count(requests)} requests, ${count(errors)} server errors, ${told}`);
}

const figuresOf = (readings: Readings): GateFigures =>
  Object.fromEntries(gateMetrics.flatMap((name) => ('value' in readings[name] ? [[name, readings[name].value]] : [])));

const count = (value: number): string => String(Math.round(value));
const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`;
const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;
