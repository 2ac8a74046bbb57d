import { type MetricDefinition, metrics, processMetrics } from '../../contract/metrics.ts';
import type { TargetLabel } from './scrape.ts';

/** A PromQL expression. Only functions of this file create one, so it has no unknown metrics or labels. */
export interface Expression {
  /** @param scope labels of the targets, of which every metric in the expression must be */
  readonly promql: (scope?: TargetScope) => string;
}

/** Metrics that Prometheus adds for each target. */
const scrapeMetrics = {
  up: { type: 'gauge', name: 'up', help: '1 if the last scrape succeeded.', labels: [] },
} as const satisfies Record<string, MetricDefinition>;

/** Metrics of other programs of a cluster; where they are not scraped, their alerts are silent. */
const platformMetrics = {
  certificateExpiry: {
    type: 'gauge',
    name: 'certmanager_certificate_expiration_timestamp_seconds',
    help: 'Of cert-manager.',
    labels: ['name', 'namespace', 'exported_namespace'],
  },
  probedCertificateExpiry: {
    type: 'gauge',
    name: 'probe_ssl_earliest_cert_expiry',
    help: "Of Prometheus' blackbox exporter.",
    labels: [],
  },
  operatorBackup: {
    type: 'gauge',
    name: 'barman_cloud_cloudnative_pg_io_last_available_backup_timestamp',
    help: "Of CloudNativePG's plugin for Barman Cloud, from its release 0.6.",
    labels: [],
  },
  volumeFree: {
    type: 'gauge',
    name: 'kubelet_volume_stats_available_bytes',
    help: 'Of the kubelet.',
    labels: ['persistentvolumeclaim'],
  },
  volumeSize: {
    type: 'gauge',
    name: 'kubelet_volume_stats_capacity_bytes',
    help: 'Of the kubelet.',
    labels: ['persistentvolumeclaim'],
  },
} as const satisfies Record<string, MetricDefinition>;

/** Metrics of the exporters, under names that are the same in the releases of Debian 12 and of the images. */
const exporterMetrics = {
  nodeCpu: { type: 'counter', name: 'node_cpu_seconds_total', help: 'Of node_exporter.', labels: ['cpu', 'mode'] },
  nodeMemoryFree: { type: 'gauge', name: 'node_memory_MemAvailable_bytes', help: 'Of node_exporter.', labels: [] },
  nodeMemorySize: { type: 'gauge', name: 'node_memory_MemTotal_bytes', help: 'Of node_exporter.', labels: [] },
  nodeDiskFree: { type: 'gauge', name: 'node_filesystem_avail_bytes', help: 'Of node_exporter.', labels: ['device', 'mountpoint'] },
  nodeDiskSize: { type: 'gauge', name: 'node_filesystem_size_bytes', help: 'Of node_exporter.', labels: ['device', 'mountpoint'] },
  postgresConnections: { type: 'gauge', name: 'pg_stat_database_numbackends', help: 'Of postgres_exporter.', labels: ['datname'] },
  postgresMaxConnections: { type: 'gauge', name: 'pg_settings_max_connections', help: 'Of postgres_exporter.', labels: [] },
  postgresSize: { type: 'gauge', name: 'pg_database_size_bytes', help: 'Of postgres_exporter.', labels: ['datname'] },
  postgresBlocksHit: { type: 'counter', name: 'pg_stat_database_blks_hit', help: 'Of postgres_exporter.', labels: ['datname'] },
  postgresBlocksRead: { type: 'counter', name: 'pg_stat_database_blks_read', help: 'Of postgres_exporter.', labels: ['datname'] },
  redisMemory: { type: 'gauge', name: 'redis_memory_used_bytes', help: 'Of redis_exporter.', labels: [] },
  redisMaxMemory: { type: 'gauge', name: 'redis_memory_max_bytes', help: 'Of redis_exporter.', labels: [] },
  redisEvicted: { type: 'counter', name: 'redis_evicted_keys_total', help: 'Of redis_exporter.', labels: [] },
} as const satisfies Record<string, MetricDefinition>;

export const knownMetrics = { ...metrics, ...processMetrics, ...scrapeMetrics, ...platformMetrics, ...exporterMetrics } as const;
type Known = typeof knownMetrics;
export type KnownKey = keyof Known;

type KeysOfType<T extends string> = { [K in KnownKey]: Known[K]['type'] extends T ? K : never }[KnownKey];
export type CounterKey = KeysOfType<'counter'>;
export type GaugeKey = KeysOfType<'gauge'>;
export type HistogramKey = KeysOfType<'histogram'>;

/** Labels of a metric and of its target. */
export type LabelOf<K extends KnownKey> = Known[K]['labels'][number] | TargetLabel;
/** `is`: `=`. `isNot`: `!=`. `matches`: `=~`. `excludes`: `!~`. */
type Matcher = { readonly is: string } | { readonly isNot: string } | { readonly matches: string } | { readonly excludes: string };
export type Matchers<K extends KnownKey> = { readonly [L in LabelOf<K>]?: Matcher };

/** Labels that restrict an expression to some targets. */
export type TargetScope = { readonly [L in TargetLabel]?: Matcher };

const written = (matcher: Matcher): string =>
  'is' in matcher
    ? `="${matcher.is}"`
    : 'isNot' in matcher
      ? `!="${matcher.isNot}"`
      : 'matches' in matcher
        ? `=~"${matcher.matches}"`
        : `!~"${matcher.excludes}"`;

/** Name of a recorded series: what it is, and how it is aggregated. */
export type RecordedName = `instagram_captions:${string}:${string}`;

function selector<K extends KnownKey>(matchers: Matchers<K>, scope: TargetScope | undefined, others: readonly string[] = []): string {
  const parts = [
    ...Object.entries<Matcher | undefined>({ ...scope, ...matchers }).flatMap(([label, matcher]) =>
      matcher === undefined ? [] : [`${label}${written(matcher)}`],
    ),
    ...others,
  ];
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}

/** Aggregates series into one, or one per combination of labels. */
const aggregated = (how: 'sum' | 'max' | 'min', by: readonly string[], inner: string) =>
  by.length > 0 ? `${how} by (${by.join(', ')}) (${inner})` : `${how}(${inner})`;

/** Labels by which series are grouped. */
interface Grouping<K extends KnownKey> {
  readonly by?: readonly LabelOf<K>[];
}

/** Rate of a counter per second over a window such as `5m`, summed. */
export function rate<K extends CounterKey>(key: K, window: string, matchers: Matchers<K> = {}, { by = [] }: Grouping<K> = {}): Expression {
  return { promql: (scope) => aggregated('sum', by, `rate(${knownMetrics[key].name}${selector(matchers, scope)}[${window}])`) };
}

/** Increase of a counter over a window, summed. */
export function increase<K extends CounterKey>(key: K, window: string, matchers: Matchers<K> = {}): Expression {
  return { promql: (scope) => `sum(increase(${knownMetrics[key].name}${selector(matchers, scope)}[${window}]))` };
}

/** Like `rate`, but the maximum instead of the sum. */
export function maxRate<K extends CounterKey>(
  key: K,
  window: string,
  matchers: Matchers<K> = {},
  { by = [] }: Grouping<K> = {},
): Expression {
  return { promql: (scope) => aggregated('max', by, `rate(${knownMetrics[key].name}${selector(matchers, scope)}[${window}])`) };
}

/** Sum of a gauge. */
export function sumOf<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}, { by = [] }: Grouping<K> = {}): Expression {
  return { promql: (scope) => aggregated('sum', by, `${knownMetrics[key].name}${selector(matchers, scope)}`) };
}

/** Maximum of a gauge. */
export function maxOf<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}, { by = [] }: Grouping<K> = {}): Expression {
  return { promql: (scope) => aggregated('max', by, `${knownMetrics[key].name}${selector(matchers, scope)}`) };
}

/** Minimum of a gauge. */
export function minOf<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}, { by = [] }: Grouping<K> = {}): Expression {
  return { promql: (scope) => aggregated('min', by, `${knownMetrics[key].name}${selector(matchers, scope)}`) };
}

/** Labels of series for which no sample of a gauge in the window was above 0. */
export function zeroThroughout<K extends GaugeKey>(key: K, window: string, by: readonly LabelOf<K>[]): Expression {
  return {
    promql: (scope) => `${aggregated('min', by, `max_over_time(${knownMetrics[key].name}${selector({}, scope)}[${window}])`)} == 0`,
  };
}

/** The smallest value that a gauge will have in `seconds`, if it changes as in the window. */
export function predicted<K extends GaugeKey>(key: K, window: string, seconds: number, { by = [] }: Grouping<K> = {}): Expression {
  return {
    promql: (scope) => aggregated('min', by, `predict_linear(${knownMetrics[key].name}${selector({}, scope)}[${window}], ${seconds})`),
  };
}

/** Ratio of two gauges with the same labels, then the minimum. */
export function minRatio<K extends GaugeKey>(part: K, whole: GaugeKey, { by = [] }: Grouping<K> = {}): Expression {
  const ratioIn = (scope: TargetScope | undefined) =>
    `${knownMetrics[part].name}${selector({}, scope)} / ${knownMetrics[whole].name}${selector({}, scope)}`;
  return { promql: (scope) => aggregated('min', by, ratioIn(scope)) };
}

/** The series of the first, and those of each other that the ones before it do not have. */
export function either(...all: readonly Expression[]): Expression {
  return { promql: (scope) => all.map((each) => each.promql(scope)).join(' or ') };
}

/** Seconds since the newest Unix time among series; since 1970 if there is none. */
export function secondsSince(times: Expression): Expression {
  return { promql: (scope) => `time() - (max(${times.promql(scope)}) or vector(0))` };
}

/** Seconds until the earliest Unix time among series. */
export function secondsUntil(times: Expression): Expression {
  return { promql: (scope) => `min(${times.promql(scope)}) - time()` };
}

/** The same in all environments: metrics of the cluster have other target labels. */
export function unscoped(expression: Expression): Expression {
  return { promql: () => expression.promql() };
}

/** A gauge without aggregation. */
export function gauge<K extends GaugeKey>(key: K, matchers: Matchers<K> = {}): Expression {
  return { promql: (scope) => `${knownMetrics[key].name}${selector(matchers, scope)}` };
}

/** Quantile of a histogram over a window. Summing by `le` first gives one value, or one per combination of labels, instead of one per series. */
export function quantile<K extends HistogramKey>(
  q: number,
  key: K,
  window: string,
  matchers: Matchers<K> = {},
  { by = [] }: Grouping<K> = {},
): Expression {
  const labels = ['le', ...by].join(', ');
  return {
    promql: (scope) =>
      `histogram_quantile(${q}, sum by (${labels}) (rate(${knownMetrics[key].name}_bucket${selector(matchers, scope)}[${window}])))`,
  };
}

/** Observations of a histogram per second. */
export function observed<K extends HistogramKey>(key: K, window: string, matchers: Matchers<K> = {}): Expression {
  return { promql: (scope) => `sum(rate(${knownMetrics[key].name}_count${selector(matchers, scope)}[${window}]))` };
}

/** Prometheus 3 writes the bound 1 as `1.0`, Prometheus 2 as the process does. */
const bucketOf = (bound: number) => (Number.isInteger(bound) ? `le=~"${bound}([.]0)?"` : `le="${bound}"`);

/** Observations per second above `seconds`, which must be the upper bound of a bucket. */
export function observedAbove<K extends HistogramKey>(seconds: number, key: K, window: string, matchers: Matchers<K> = {}): Expression {
  const { name } = knownMetrics[key];
  const within = (scope: TargetScope | undefined) =>
    `sum(rate(${name}_bucket${selector(matchers, scope, [bucketOf(seconds)])}[${window}]))`;
  return { promql: (scope) => `(${observed(key, window, matchers).promql(scope)} - ${within(scope)})` };
}

/** A series that a recording rule writes. */
export function recorded(name: RecordedName): Expression {
  return { promql: (scope) => `${name}${selector<never>({}, scope)}` };
}

/** One series instead of several, such as those of several namespaces. */
export function summed(expression: Expression): Expression {
  return { promql: (scope) => `sum(${expression.promql(scope)})` };
}

/** Sum of the samples of a recorded series over a window. */
export function sumOverTime(name: RecordedName, window: string): Expression {
  return { promql: (scope) => `sum_over_time(${name}${selector<never>({}, scope)}[${window}])` };
}

/** 0 instead of no value if only `whole` has one. */
export function orZero(part: Expression, whole: Expression): Expression {
  return { promql: (scope) => `${part.promql(scope)} or ${whole.promql(scope)} * 0` };
}

/** Both conditions. */
export function both(a: Expression, b: Expression): Expression {
  return { promql: (scope) => `${a.promql(scope)} and ${b.promql(scope)}` };
}

/** The series of `a` whose labels no series of `b` has. */
export function unless(a: Expression, b: Expression): Expression {
  return { promql: (scope) => `${a.promql(scope)} unless ${b.promql(scope)}` };
}

/** Increase of each series over `seconds`, without the extrapolation of `increase`. New series count from 0, vanished ones do not count. */
const growth = (series: string, seconds: number) => `((${series} - ${series} offset ${seconds}s) or ${series})`;

/** Increase of a counter over `seconds`, summed; 0 without series. */
export function exactIncrease<K extends CounterKey>(key: K, seconds: number, matchers: Matchers<K> = {}): Expression {
  return { promql: (scope) => `sum(${growth(`${knownMetrics[key].name}${selector(matchers, scope)}`, seconds)}) or vector(0)` };
}

/** Quantile of a histogram over the last `seconds`. */
export function exactQuantile<K extends HistogramKey>(q: number, key: K, seconds: number, matchers: Matchers<K> = {}): Expression {
  return {
    promql: (scope) =>
      `histogram_quantile(${q}, sum by (le) (${growth(`${knownMetrics[key].name}_bucket${selector(matchers, scope)}`, seconds)}))`,
  };
}

/** Number of targets whose last scrape succeeded, at most `seconds` ago. */
export function upTargets(matchers: Matchers<'up'>, seconds: number): Expression {
  const upIn = (scope: TargetScope | undefined) => `up${selector(matchers, scope)}`;
  return { promql: (scope) => `count(${upIn(scope)} == 1 and (time() - timestamp(${upIn(scope)})) <= ${seconds})` };
}

export function ratio(part: Expression, whole: Expression): Expression {
  return { promql: (scope) => `${part.promql(scope)} / ${whole.promql(scope)}` };
}

/**
 * Ratio of two gauges per process, then the maximum over processes. The labels of `matchers` are ignored in the match.
 */
export function maxRatio<K extends GaugeKey>(part: K, matchers: Matchers<K>, whole: GaugeKey): Expression {
  const ignored = knownMetrics[part].labels.join(',');
  return {
    promql: (scope) =>
      `max(${knownMetrics[part].name}${selector(matchers, scope)} / ignoring(${ignored}) ${knownMetrics[whole].name}${selector({}, scope)})`,
  };
}

/** Used share of what has a size, the maximum over processes. */
export function usedShare<K extends GaugeKey>(free: K, size: K, { by = [] }: Grouping<K> = {}): Expression {
  return {
    promql: (scope) =>
      aggregated('max', by, `1 - ${knownMetrics[free].name}${selector({}, scope)} / ${knownMetrics[size].name}${selector({}, scope)}`),
  };
}

/** Remaining share of an error budget: 1 if nothing missed the objective, 0 if the budget is used up. */
export function budgetLeft(missed: RecordedName, target: number): Expression {
  return { promql: (scope) => `1 - ${recorded(missed).promql(scope)} / (1 - ${target})` };
}

/** Seconds since the time that a gauge has. */
export function ageOf(key: GaugeKey): Expression {
  return { promql: (scope) => `time() - max(${knownMetrics[key].name}${selector({}, scope)})` };
}

/** Series by labels that did not exist a minute ago. */
export function appeared<K extends GaugeKey>(key: K, by: readonly LabelOf<K>[]): Expression {
  const present = (scope: TargetScope | undefined, offset = '') =>
    aggregated('max', by, `${knownMetrics[key].name}${selector({}, scope)}${offset}`);
  return { promql: (scope) => `${present(scope)} unless ${present(scope, ' offset 1m')}` };
}

export function plus(a: Expression, b: Expression): Expression {
  return { promql: (scope) => `(${a.promql(scope)} + ${b.promql(scope)})` };
}

export function dividedBy(expression: Expression, unit: number): Expression {
  return { promql: (scope) => `${expression.promql(scope)} / ${unit}` };
}

export function above(expression: Expression, line: number): Expression {
  return { promql: (scope) => `${expression.promql(scope)} > ${line}` };
}

export function below(expression: Expression, line: number): Expression {
  return { promql: (scope) => `${expression.promql(scope)} < ${line}` };
}

/** Keeps series with this value. */
export function equal(expression: Expression, value: number): Expression {
  return { promql: (scope) => `${expression.promql(scope)} == ${value}` };
}

/** Always 1. */
export const always: Expression = { promql: () => 'vector(1)' };

/** 1 if there is no such series. */
export function absent(expression: Expression): Expression {
  return { promql: (scope) => `absent(${expression.promql(scope)})` };
}
