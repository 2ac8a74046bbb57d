import { isRecord, listAt, textAt } from '../values/json.ts';

/** Sends an instant query to Prometheus. @throws if it does not respond */
export type PrometheusQuery = (promql: string, signal: AbortSignal) => Promise<PrometheusResponse>;
export interface PrometheusResponse {
  readonly status: number;
  /** JSON, or text if it is not JSON. */
  readonly body: unknown;
}

/** One number, or why there is none. */
export type QueryResult = { readonly value: number } | { readonly missing: string };

/** Sends a GET request to the HTTP API of Prometheus. @throws if it does not respond */
export type PrometheusApi = (path: string, signal: AbortSignal) => Promise<PrometheusResponse>;

/** Instant queries over the HTTP API v1. */
export const instantQueries =
  (api: PrometheusApi): PrometheusQuery =>
  (promql, signal) =>
    api(`/api/v1/query?query=${encodeURIComponent(promql)}`, signal);

/** Never throws: returns why there is no number. */
export async function queryNumber(query: PrometheusQuery, promql: string, signal: AbortSignal): Promise<QueryResult> {
  try {
    return parseQueryResult(await query(promql, signal));
  } catch (error) {
    return { missing: `Prometheus does not respond (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** The single finite number of a response. */
export function parseQueryResult({ status, body }: PrometheusResponse): QueryResult {
  if (status !== 200 || textAt(body, 'status') !== 'success') {
    const why = textAt(body, 'error');
    return { missing: `Prometheus returned ${status}${why === undefined ? '' : `: ${why}`}` };
  }
  const results = listAt(body, 'data', 'result');
  const [first] = results;
  if (results.length !== 1 || !isRecord(first)) return { missing: `Prometheus returned ${results.length} values` };
  const text = listAt(first, 'value')[1];
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? { value } : { missing: `Prometheus returned the value ${String(text)}` };
}

/** Times of a range query: seconds since 1970. */
export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/**
 * The samples of an expression with at most one series; empty without data.
 * @throws if Prometheus does not respond or rejects the query
 */
export async function queryRange(
  api: PrometheusApi,
  promql: string,
  { start, end, stepSeconds }: QueryRange,
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const parameters = new URLSearchParams({ query: promql, start: String(start), end: String(end), step: String(stepSeconds) });
  const { status, body } = await api(`/api/v1/query_range?${parameters}`, signal);
  if (status !== 200 || textAt(body, 'status') !== 'success')
    throw new Error(`Prometheus returned ${status}: ${textAt(body, 'error') ?? 'not the result of a query'}`);
  const [series] = listAt(body, 'data', 'result');
  return listAt(series, 'values').flatMap((pair) => {
    const [time, value] = Array.isArray(pair) ? pair.map(Number) : [];
    return time === undefined || value === undefined || !Number.isFinite(value) ? [] : [{ time, value }];
  });
}
