import { isRecord, listAt, textAt } from '../../values/json.ts';

/** Asks a Prometheus for the value of an expression now. Throws when it cannot be asked. */
export type PrometheusQuery = (promql: string, signal: AbortSignal) => Promise<PrometheusResponse>;
export interface PrometheusResponse {
  readonly status: number;
  /** JSON, or text where it was none. */
  readonly body: unknown;
}

/** One number, or why there is none. */
export type QueryResult = { readonly value: number } | { readonly missing: string };

/** Path and query of an instant query (Prometheus HTTP API v1). */
export const queryPath = (promql: string): string => `/api/v1/query?query=${encodeURIComponent(promql)}`;

const askTimeoutMs = 5000;

/** A Prometheus at an address. */
export const prometheusAt =
  (url: string): PrometheusQuery =>
  async (promql, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]);
    const response = await fetch(`${url.replace(/\/$/, '')}${queryPath(promql)}`, { signal: limited });
    return { status: response.status, body: parsed(await response.text()) };
  };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Never throws: whatever keeps the number from being had is told instead. */
export async function queryNumber(ask: PrometheusQuery, promql: string, signal: AbortSignal): Promise<QueryResult> {
  try {
    return parseQueryResult(await ask(promql, signal));
  } catch (error) {
    return { missing: `Prometheus gave no answer (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** The one finite number in an answer: none, several, NaN and an error of Prometheus are no number. */
export function parseQueryResult({ status, body }: PrometheusResponse): QueryResult {
  if (status !== 200 || textAt(body, 'status') !== 'success') {
    const why = textAt(body, 'error');
    return { missing: `Prometheus answered ${status}${why === undefined ? '' : `: ${why}`}` };
  }
  const results = listAt(body, 'data', 'result');
  const [first] = results;
  if (results.length !== 1 || !isRecord(first)) return { missing: `Prometheus has ${results.length} values` };
  const text = listAt(first, 'value')[1];
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? { value } : { missing: `Prometheus has the value ${String(text)}` };
}
