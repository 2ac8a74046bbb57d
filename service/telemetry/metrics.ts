import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { metrics as definitions, type LabelOf, type MetricDefinition, type MetricKey } from '../../contract/metrics.ts';
import { type MetricsFormat, metricsFormats } from './metrics-formats.ts';
import { type MetricValues, openMetricsText } from './openmetrics.ts';

type KeysOf<T extends MetricDefinition['type']> = {
  [K in MetricKey]: (typeof definitions)[K]['type'] extends T ? K : never;
}[MetricKey];
/** The values that the contract declares for a label of a metric; otherwise any. */
type ValueOf<K extends MetricKey, L extends string> = (typeof definitions)[K] extends {
  readonly values: Readonly<Record<L, readonly (infer V extends string)[]>>;
}
  ? V
  : string;
/** The labels that the contract declares for a metric. */
type Labels<K extends MetricKey> = { readonly [L in LabelOf<K>]: ValueOf<K, L> };

/** Every combination of a value for each label. */
const combinations = (values: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>>[] =>
  Object.entries(values).reduce<Readonly<Record<string, string>>[]>(
    (all, [label, each]) => all.flatMap((labels) => each.map((value) => ({ ...labels, [label]: value }))),
    [{}],
  );

function createCounter(definition: Extract<MetricDefinition, { type: 'counter' }>, registry: Registry): Counter {
  const { name, help, labels, values } = definition;
  const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
  if (values !== undefined) for (const labelValues of combinations(values)) counter.inc(labelValues, 0);
  return counter;
}

/** The metrics of the contract, and those of the process (CPU, memory, event loop, garbage collection). */
export interface Metrics {
  count<K extends KeysOf<'counter'>>(metric: K, labels: Labels<K>, by?: number): void;
  set<K extends KeysOf<'gauge'>>(metric: K, labels: Labels<K>, value: number): void;
  /** Removes the value: a gauge without labels is 0 until it is set. */
  unset<K extends KeysOf<'gauge'>>(metric: K, labels: Labels<K>): void;
  add<K extends KeysOf<'gauge'>>(metric: K, labels: Labels<K>, delta: number): void;
  observe<K extends KeysOf<'histogram'>>(metric: K, labels: Labels<K>, seconds: number): void;
  /** Sum of a counter over all label values, or over those of one label that `matches` accepts. */
  total<K extends KeysOf<'counter'>>(metric: K, label?: LabelOf<K>, matches?: (value: string) => boolean): Promise<number>;
  /** Calls `update` before each `render()`, for gauges that are computed on demand. */
  beforeScrape(update: () => void): void;
  /** The metrics in Prometheus text format, or as OpenMetrics. */
  render(format?: MetricsFormat): Promise<string>;
  /** The metrics as values, for prom-client's AggregatorRegistry. */
  snapshot(): Promise<MetricValues[]>;
}

/** prom-client averages the lag of the event loops; the slowest process is what matters. */
const slowest = (metric: MetricValues): MetricValues => (metric.aggregator === 'average' ? { ...metric, aggregator: 'max' } : metric);

/** @param traceId of the current request, if its trace is stored: the exemplar of what it observes */
export function createMetrics(traceId: () => string | undefined = () => undefined): Metrics {
  const registry = new Registry();
  // prom-client keeps exemplars of the metrics of such a registry only.
  const withExemplars = new Registry<OpenMetricsContentType>();
  withExemplars.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [key, definition] of Object.entries<MetricDefinition>(definitions)) {
    const common = { name: definition.name, help: definition.help, labelNames: [...definition.labels], registers: [registry] };
    if (definition.type === 'counter') counters.set(key, createCounter(definition, registry));
    else if (definition.type === 'gauge') gauges.set(key, new Gauge({ ...common, aggregator: definition.combined ?? 'sum' }));
    else {
      const histogram = new Histogram({ ...common, buckets: [...definition.buckets], enableExemplars: true, registers: [withExemplars] });
      registry.registerMetric(histogram);
      histograms.set(key, histogram);
    }
  }
  collectDefaultMetrics({ register: registry });
  const updates: (() => void)[] = [];
  return {
    count: (metric, labels, by = 1) => counters.get(metric)?.inc(labels, by),
    set: (metric, labels, value) => gauges.get(metric)?.set(labels, value),
    unset: (metric, labels) => gauges.get(metric)?.remove(labels),
    add: (metric, labels, delta) => gauges.get(metric)?.inc(labels, delta),
    observe(metric, labels, value) {
      const trace_id = traceId();
      histograms.get(metric)?.observe({ labels, value, exemplarLabels: trace_id === undefined ? {} : { trace_id } });
    },
    async total(metric, label, matches = () => true) {
      const { values = [] } = (await counters.get(metric)?.get()) ?? {};
      const matching = label === undefined ? values : values.filter(({ labels }) => matches(String(labels[label])));
      return matching.reduce((sum, { value }) => sum + value, 0);
    },
    beforeScrape: (update) => void updates.push(update),
    async render(format = metricsFormats[0]) {
      for (const update of updates) update();
      return format === metricsFormats[0] ? registry.metrics() : openMetricsText(await registry.getMetricsAsJSON());
    },
    async snapshot() {
      for (const update of updates) update();
      return (await registry.getMetricsAsJSON()).map(slowest);
    },
  };
}
