import { type MetricDefinition, metrics, processMetrics } from '../../contract/metrics.ts';
import type { TargetLabel } from './scrape.ts';

/** A PromQL expression; only the functions here make one, so it can name no unknown metric or label. */
export interface Expression {
  readonly promql: string;
}

/** What Prometheus itself notes of each target. */
const scrapeMetrics = {
  up: { type: 'gauge', name: 'up', help: '1 when the last scrape was answered.', labels: [] },
} as const satisfies Record<string, MetricDefinition>;

/** Every metric that there is. */
export const knownMetrics = { ...metrics, ...processMetrics, ...scrapeMetrics } as const;
type Known = typeof knownMetrics;
export type KnownKey = keyof Known;

type KeysOfType<T extends string> = { [K in KnownKey]: Known[K]['type'] extends T ? K : never }[KnownKey];
export type CounterKey = KeysOfType<'counter'>;
export type GaugeKey = KeysOfType<'gauge'>;
export type HistogramKey = KeysOfType<'histogram'>;

/** Labels of a metric: its own, and those of the target that it is taken from. */
export type LabelOf<K extends KnownKey> = Known[K]['labels'][number] | TargetLabel;
/** `=`: exactly; `=~`: regular expression; `!~`: none of it. */
type Matcher = { readonly is: string } | { readonly matches: string } | { readonly lacks: string };
export type Matchers<K extends KnownKey> = { readonly [L in LabelOf<K>]?: Matcher };

const written = (matcher: Matcher): string =>
  'is' in matcher ? `="${matcher.is}"` : 'matches' in matcher ? `=~"${matcher.matches}"` : `!~"${matcher.lacks}"`;

function selector<K extends KnownKey>(matchers: Matchers<K>): string {
  const parts = Object.entries<Matcher | undefined>(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [`${label}${written(matcher)}`],
  );
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}

/** How series are brought together: into one, or one for each value of some labels. */
const aggregated = (how: 'sum' | 'max', by: readonly string[], inner: string) =>
  by.length > 0 ? `${how} by (${by.join(', ')}) (${inner})` : `${how}(${inner})`;

/** What a series is told apart by, besides what is chosen of it. */
interface By<K extends KnownKey> {
  readonly by?: readonly LabelOf<K>[];
}

/** Per-second increase of a counter over a window such as `5m`, summed over everything, or by some labels. */
export function rate<K extends CounterKey>(key: K, window: string, matchers: Matchers<K> = {}, { by = [] }: By<K> = {}): Expression {
  return { promql: aggregated('sum', by, `rate(${knownMetrics[key].name}${selector(matchers)}[${window}])`) };
}

/** As `rate`, of the process in which it is largest. */
export function maxRate<K extends CounterKey>(key: K, window: string, matchers: Matchers<K> = {}, { by = [] }: By<K> = {}): Expression {
  return { promql: aggregated('max', by, `rate(${knownMetrics[key].name}${selector(matchers)}[${window}])`) };
}

/** Largest value of a gauge, of everything, or by some labels. */
export function maxOf<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}, { by = [] }: By<K> = {}): Expression {
  return { promql: aggregated('max', by, `${knownMetrics[key].name}${selector(matchers)}`) };
}

/** A gauge itself, one value a series. */
export function gauge<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}): Expression {
  return { promql: `${knownMetrics[key].name}${selector(matchers)}` };
}

/** Quantile of a histogram over a window: aggregated by `le` first, so there is one value, not one a series (D-04). */
export function quantile(q: number, key: HistogramKey, window: string): Expression {
  return { promql: `histogram_quantile(${q}, sum by (le) (rate(${knownMetrics[key].name}_bucket[${window}])))` };
}

/** Series by what they have grown in so many seconds: a new one from nothing, one that is gone not at all. Exact, unlike `increase`. */
const growth = (series: string, seconds: number) => `((${series} - ${series} offset ${seconds}s) or ${series})`;

/** What a counter has grown in so many seconds, over everything; 0 where it has no such series. */
export function exactIncrease<K extends CounterKey>(key: K, seconds: number, matchers: Matchers<K> = {}): Expression {
  return { promql: `sum(${growth(`${knownMetrics[key].name}${selector(matchers)}`, seconds)}) or vector(0)` };
}

/** Quantile of what a histogram has counted in so many seconds. */
export function exactQuantile<K extends HistogramKey>(q: number, key: K, seconds: number, matchers: Matchers<K> = {}): Expression {
  return { promql: `histogram_quantile(${q}, sum by (le) (${growth(`${knownMetrics[key].name}_bucket${selector(matchers)}`, seconds)}))` };
}

/** Targets that answered their last scrape, if that is at most so many seconds ago. */
export function upTargets(matchers: Matchers<'up'>, seconds: number): Expression {
  const up = `up${selector(matchers)}`;
  return { promql: `count(${up} == 1 and (time() - timestamp(${up})) <= ${seconds})` };
}

export function ratio(part: Expression, whole: Expression): Expression {
  return { promql: `${part.promql} / ${whole.promql}` };
}

/**
 * Largest share of all processes that a gauge has of another gauge: of each process by itself, then the largest, so there is one
 * value. The labels that choose the part are not compared.
 */
export function maxRatio<K extends GaugeKey>(part: K, matchers: Matchers<K>, whole: GaugeKey): Expression {
  const ignored = knownMetrics[part].labels.join(',');
  return { promql: `max(${knownMetrics[part].name}${selector(matchers)} / ignoring(${ignored}) ${knownMetrics[whole].name})` };
}

export function plus(a: Expression, b: Expression): Expression {
  return { promql: `(${a.promql} + ${b.promql})` };
}

/** In units that are so many times larger. */
export function dividedBy(expression: Expression, unit: number): Expression {
  return { promql: `${expression.promql} / ${unit}` };
}

export function above(expression: Expression, line: number): Expression {
  return { promql: `${expression.promql} > ${line}` };
}

export function below(expression: Expression, line: number): Expression {
  return { promql: `${expression.promql} < ${line}` };
}

/** Only those series that have this value. */
export function equal(expression: Expression, value: number): Expression {
  return { promql: `${expression.promql} == ${value}` };
}

/** True where there is no such series at all. */
export function absent(expression: Expression): Expression {
  return { promql: `absent(${expression.promql})` };
}
