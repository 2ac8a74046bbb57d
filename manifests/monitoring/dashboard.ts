import { DashboardBuilder, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Environment, hasNews } from '../environments/environment.ts';
import {
  dividedBy,
  type Expression,
  maxOf,
  maxRate,
  maxRatio,
  plus,
  quantile,
  rate,
  ratio,
  type TargetScope,
} from '../prometheus/promql.ts';

/** Data source of all panels. */
export const dataSource = { type: 'prometheus', uid: 'prometheus' } as const;

/** Unit names of Grafana. */
type Unit = 'reqps' | 'percentunit' | 's' | 'short' | 'bytes' | 'currencyUSD';

interface Panel {
  readonly title: string;
  readonly unit: Unit;
  /** Legend → query; a legend may contain a label: `{{pod}}`. */
  readonly queries: Readonly<Record<string, Expression>>;
}

const window = '5m';
const captions = { cache: { is: 'captions' } } as const;
const hits = rate('cacheHits', window, captions);

/** Every process of a role reports the same gauges of news. */
const newsPanels: readonly Panel[] = [
  { title: 'News: fetches', unit: 'reqps', queries: { '{{outcome}}': rate('newsFetches', window, {}, { by: ['outcome'] }) } },
  { title: 'News: articles found', unit: 'reqps', queries: { '{{result}}': rate('newsArticles', window, {}, { by: ['result'] }) } },
  { title: 'News: sources', unit: 'short', queries: { '{{state}}': maxOf('newsSources', {}, { by: ['state'] }) } },
  {
    title: 'News: fetches and articles that wait',
    unit: 'short',
    queries: { fetches: maxOf('newsFetchQueue', { state: { is: 'waiting' } }), articles: maxOf('newsAnalysisQueue') },
  },
  {
    title: 'News: age of the newest article, and of the oldest that waits',
    unit: 's',
    queries: { newest: maxOf('newsNewestArticleAge'), waiting: maxOf('newsAnalysisQueueAge') },
  },
  {
    title: 'News: analysis of an article',
    unit: 's',
    queries: Object.fromEntries([0.5, 0.95].map((q) => [`p${q * 100}`, quantile(q, 'newsAnalysisDuration', window)])),
  },
  { title: 'Exports', unit: 'reqps', queries: { '{{kind}} {{outcome}}': rate('newsExports', window, {}, { by: ['kind', 'outcome'] }) } },
  { title: 'Duration of exports', unit: 's', queries: { p95: quantile(0.95, 'newsExportDuration', window) } },
  { title: 'Lag of the read replica', unit: 's', queries: { largest: maxOf('databaseReplicaLag') } },
];

/** The key metrics, those that users notice first. */
function panels(environment: Environment): readonly Panel[] {
  const processes = { job: { is: environment.names.prefix } };
  return [
    { title: 'Requests', unit: 'reqps', queries: { '{{status}}': rate('requests', window, {}, { by: ['status'] }) } },
    {
      title: 'Errors',
      unit: 'percentunit',
      queries: {
        '5xx': ratio(rate('requests', window, { status: { matches: '5..' } }), rate('requests', window)),
        '4xx': ratio(rate('requests', window, { status: { matches: '4..' } }), rate('requests', window)),
      },
    },
    {
      title: 'Latency',
      unit: 's',
      queries: Object.fromEntries([0.5, 0.95, 0.99].map((q) => [`p${q * 100}`, quantile(q, 'requestDuration', window)])),
    },
    {
      title: 'Cache hits of captions',
      unit: 'percentunit',
      queries: { hits: ratio(hits, plus(hits, rate('cacheMisses', window, captions))) },
    },
    // Every process reports the same queue.
    { title: 'Queue', unit: 'short', queries: { '{{state}}': maxOf('queueDepth', {}, { by: ['state'] }) } },
    {
      title: 'Busiest process: CPU',
      unit: 'short',
      queries: { '{{component}}': maxRate('processCpu', window, processes, { by: ['component'] }) },
    },
    {
      title: 'Largest process: memory',
      unit: 'bytes',
      queries: { '{{component}}': maxOf('processMemory', processes, { by: ['component'] }) },
    },
    { title: 'Event loop lag at p99', unit: 's', queries: { '{{component}}': maxOf('eventLoopLag', processes, { by: ['component'] }) } },
    {
      title: 'Database connections in use',
      unit: 'percentunit',
      queries: { busiest: maxRatio('databasePool', { state: { is: 'used' } }, 'databasePoolSize') },
    },
    {
      title: 'Model calls',
      unit: 'reqps',
      queries: { '{{model}} {{outcome}}': rate('modelRequests', window, {}, { by: ['model', 'outcome'] }) },
    },
    // Rates are per second.
    {
      title: 'Model cost an hour',
      unit: 'currencyUSD',
      queries: { '{{model}}': dividedBy(rate('modelCost', window, {}, { by: ['model'] }), 1_000_000 / 3600) },
    },
    {
      title: 'Served locally, a dependency away',
      unit: 'reqps',
      queries: { '{{dependency}} {{operation}}': rate('fallbacks', window, {}, { by: ['dependency', 'operation'] }) },
    },
    ...(hasNews(environment) ? newsPanels : []),
  ];
}

/**
 * The service's dashboard as JSON for Grafana.
 * @param targets the environment's own targets, if its Prometheus has others
 */
export function dashboard(environment: Environment, targets?: TargetScope): string {
  // Grafana may have the dashboards of several environments of the cluster.
  const builder = new DashboardBuilder(environment.namespace)
    .uid(environment.namespace)
    .tags([environment.name])
    .timezone('utc')
    .refresh('30s');
  builder.time({ from: 'now-3h', to: 'now' }).readonly();
  panels(environment).forEach(({ title, unit, queries }, position) => {
    const panel = new PanelBuilder()
      .type('timeseries')
      .id(position + 1)
      .title(title)
      .unit(unit)
      .min(0)
      .datasource(dataSource);
    panel.gridPos({ h: 8, w: 8, x: (position % 3) * 8, y: Math.floor(position / 3) * 8 });
    for (const [index, [legend, { promql }]] of Object.entries(queries).entries()) {
      panel.withTarget(
        new DataqueryBuilder()
          .refId(String.fromCharCode(65 + index))
          .legendFormat(legend)
          .expr(promql(targets))
          .range(),
      );
    }
    builder.withPanel(panel);
  });
  return JSON.stringify(builder.build());
}
