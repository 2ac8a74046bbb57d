import { isRecord, listAt, textAt } from '../../values/json.ts';

/** Sends an instant query to Prometheus. @throws if it does not respond */
export type PrometheusQuery = (promql: string, signal: AbortSignal) => Promise<PrometheusResponse>;
export interface PrometheusResponse {
  readonly status: number;
  /** JSON, or text if it is not JSON. */
  readonly body: unknown;
}

/** One number, or why there is none. */
export type QueryResult = { readonly value: number } | { readonly missing: string };

/** Path and query of an instant query (Prometheus HTTP API v1). */
export const queryPath = (promql: string): string => `/api/v1/query?query=${encodeURIComponent(promql)}`;

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
