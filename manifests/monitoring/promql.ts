import { type LabelOf, type MetricKey, metrics } from '../../service/contract/metrics.ts';

/** A PromQL expression; only the functions here make one, so it can name no unknown metric or label. */
export interface Expression {
  readonly promql: string;
}

type KeysOfType<T extends string> = { [K in MetricKey]: (typeof metrics)[K]['type'] extends T ? K : never }[MetricKey];
export type CounterKey = KeysOfType<'counter'>;
export type GaugeKey = KeysOfType<'gauge'>;
export type HistogramKey = KeysOfType<'histogram'>;

/** `=`: exactly; `=~`: regular expression. */
export type Matchers<K extends MetricKey> = { readonly [L in LabelOf<K>]?: { readonly is: string } | { readonly matches: string } };

function selector<K extends MetricKey>(matchers: Matchers<K>): string {
  const parts = Object.entries<{ is: string } | { matches: string } | undefined>(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : ['is' in matcher ? `${label}="${matcher.is}"` : `${label}=~"${matcher.matches}"`],
  );
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}

/** Per-second increase of a counter over a window such as `5m`, summed over everything. */
export function rate<K extends CounterKey>(key: K, window: string, matchers: Matchers<K> = {}): Expression {
  return { promql: `sum(rate(${metrics[key].name}${selector(matchers)}[${window}]))` };
}

/** Quantile of a histogram over a window: aggregated by `le` first, so there is one value, not one a series (D-04). */
export function quantile(q: number, key: HistogramKey, window: string): Expression {
  return { promql: `histogram_quantile(${q}, sum by (le) (rate(${metrics[key].name}_bucket[${window}])))` };
}

export function ratio(part: Expression, whole: Expression): Expression {
  return { promql: `${part.promql} / ${whole.promql}` };
}

/**
 * Largest share of all processes that a gauge has of another gauge: of each process by itself, then the largest, so there is one
 * value. The labels that choose the part are not compared.
 */
export function largestShare<K extends GaugeKey>(part: K, matchers: Matchers<K>, whole: GaugeKey): Expression {
  const ignored = metrics[part].labels.join(',');
  return { promql: `max(${metrics[part].name}${selector(matchers)} / ignoring(${ignored}) ${metrics[whole].name})` };
}

export function plus(a: Expression, b: Expression): Expression {
  return { promql: `(${a.promql} + ${b.promql})` };
}

export function above(expression: Expression, line: number): Expression {
  return { promql: `${expression.promql} > ${line}` };
}

export function below(expression: Expression, line: number): Expression {
  return { promql: `${expression.promql} < ${line}` };
}
