import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { instagramCaptions } from '../environments/reference-instagram-captions.ts';
import { preventia } from '../environments/reference-preventia.ts';
import { above, quantile, rate } from '../prometheus/promql.ts';
import { alertGroup, alertThresholds } from './alerts.ts';
import { newsAlertThresholds } from './news-alerts.ts';
import { describeWithPromtool, promtoolWith } from './testing/promtool.ts';

/** Production with the roles of news. */
const watched = { ...production, workloads: { ...preventia.workloads, ...production.workloads } };
const group = alertGroup(watched);

/** One sample per minute, in promtool's notation `FROM+STEPxTIMES`. */
const minutes = 40;
const growing = (perMinute: number) => `0+${perMinute}x${minutes}`;
const answers = (status: string, perMinute: number) => ({
  series: `instagram_captions_requests_total{method="POST",route="/api/v4/generate",status="${status}",pod="p"}`,
  values: growing(perMinute),
});
const bucket = (pod: string, le: string, perMinute: number, route = '/api/v4/generate') => ({
  series: `instagram_captions_request_duration_seconds_bucket{method="POST",route="${route}",le="${le}",pod="${pod}"}`,
  values: growing(perMinute),
});
const latencies = (slow: number) =>
  ['p', 'q'].flatMap((pod) => [bucket(pod, '2', 100 - slow), bucket(pod, '5', 100), bucket(pod, '+Inf', 100)]);
/** Requests whose time is that of a text model, each longer than any threshold. */
const modelTraffic = ['/v1/chat/completions', '/v1/responses', '/v1/completions', '/api/v1/query', '/graphql'].flatMap((route) => [
  ...['1', '2'].map((le) => bucket('p', le, 0, route)),
  ...['20', '+Inf'].map((le) => bucket('p', le, 1000, route)),
]);
const cache = (hits: number, misses: number) => [
  { series: 'instagram_captions_cache_hits_total{cache="captions",level="memory"}', values: growing(hits) },
  { series: 'instagram_captions_cache_misses_total{cache="captions"}', values: growing(misses) },
];

const pool = (pod: string, used: number) => [
  { series: `instagram_captions_database_pool{state="used",pod="${pod}"}`, values: `${used}+0x${minutes}` },
  { series: `instagram_captions_database_pool{state="waiting",pod="${pod}"}`, values: `50+0x${minutes}` },
  { series: `instagram_captions_database_pool_size{pod="${pod}"}`, values: `10+0x${minutes}` },
];

const logins = (outcome: string, perMinute: number) => ({
  series: `instagram_captions_password_checks_total{outcome="${outcome}",pod="p"}`,
  values: growing(perMinute),
});

const limited = (limit: string, perMinute: number) => ({
  series: `instagram_captions_rate_limited_total{limit="${limit}",pod="p"}`,
  values: growing(perMinute),
});

const calls = (outcome: string, values: string) => ({
  series: `instagram_captions_model_requests_total{model="paid",outcome="${outcome}",pod="p"}`,
  values,
});

const target = (component: string, instance: string) => `job="${product.name}",component="${component}",instance="${instance}"`;
const constant = (value: number) => `${value}+0x${minutes}`;
const up = (component: string, pod: string, values: string) => ({ series: `up{${target(component, pod)}}`, values });
/** CPU seconds per minute; the limit in production is half a core. */
const cpu = (pod: string, perMinute: number) => ({
  series: `process_cpu_seconds_total{${target('api', pod)}}`,
  values: growing(perMinute),
});
const memory = (component: string, mebibytes: number) => ({
  series: `process_resident_memory_bytes{${target(component, 'p')}}`,
  values: constant(mebibytes * 2 ** 20),
});

const certificate = (days: number, label = 'namespace', namespace: string = production.namespace) => ({
  series: `certmanager_certificate_expiration_timestamp_seconds{name="${production.names.tls}",${label}="${namespace}"}`,
  values: `${days * 86_400}+0x120`,
});
const others = ['scraper', 'analytics'].map((component) => up(component, component, constant(1)));

/** A gauge that two processes report; the larger value counts. */
const gauges = (metric: string, value: number) =>
  [value, value / 2].map((each, pod) => ({
    series: `instagram_captions_${metric}${metric.endsWith('}') ? '' : `{pod="${pod}"}`}`,
    values: constant(each),
  }));
const dependency = (name: string, pod: string, values: string) => ({
  series: `instagram_captions_dependency_up{dependency="${name}",pod="${pod}"}`,
  values,
});
const fallbacks = (operation: string, values: string) => ({
  series: `instagram_captions_fallbacks_total{dependency="cache",operation="${operation}"}`,
  values,
});
const rejected = (credential: string, perMinute: number) => ({
  series: `instagram_captions_credentials_rejected_total{credential="${credential}",reason="unknown"}`,
  values: growing(perMinute),
});
const statement = (le: string, values: string) => ({
  series: `instagram_captions_database_duration_seconds_bucket{statement="select",le="${le}"}`,
  values,
});
const statements = (fast: string, all = growing(100)) => [statement('0.25', fast), statement('0.5', all), statement('+Inf', all)];
const eventLoop = (component: string, seconds: number) => ({
  series: `nodejs_eventloop_lag_p99_seconds{${target(component, 'p')}}`,
  values: constant(seconds),
});
const space = (metric: string, label: string, free: string, size: number) => [
  { series: `${metric}_${metric.startsWith('kubelet') ? 'available' : 'free'}_bytes{${label}}`, values: free },
  { series: `${metric}_${metric.startsWith('kubelet') ? 'capacity' : 'size'}_bytes{${label}}`, values: constant(size) },
];
const volume = (claim: string, free: string) => space('kubelet_volume_stats', `persistentvolumeclaim="${claim}"`, free, 100);
const folder = (name: string, free: string) => space('instagram_captions_disk', `folder="${name}",pod="p"`, free, 100);
const exportsOf = (outcome: string, perMinute: number) => ({
  series: `instagram_captions_news_exports_total{kind="csv",outcome="${outcome}",pod="p"}`,
  values: growing(perMinute),
});

interface Situation {
  /** Minute. */
  readonly at: number;
  readonly firing: readonly object[];
  readonly silent: readonly object[];
  /** Labels of the alerting series, if there is one alert per series. */
  readonly of?: Readonly<Record<string, string>>;
  /** Part of its expression, if several rules have its name. */
  readonly which?: string;
}

/** By alert: series for which it fires at the given minute, and series for which it does not. */
const cases = {
  // 40 errors among 1000 responses are silent, 6 among 100 fire: the ratio counts.
  HighErrorRate: { at: 12, firing: [answers('200', 94), answers('503', 6)], silent: [answers('200', 960), answers('500', 40)] },
  // One alert for both pods.
  HighLatency: { at: 16, firing: latencies(10), silent: [...latencies(4), ...modelTraffic] },
  // The median, not the slowest request.
  HighResponseTime: {
    at: 11,
    firing: [bucket('p', '1', 40), bucket('p', '2', 100), bucket('p', '+Inf', 100)],
    silent: [bucket('p', '1', 60), bucket('p', '2', 100), bucket('p', '+Inf', 100), ...modelTraffic],
  },
  LowCacheHitRate: {
    at: 26,
    // Hits of other caches do not count.
    firing: [...cache(79, 21), { series: 'instagram_captions_cache_hits_total{cache="users",level="memory"}', values: growing(10_000) }],
    // Batches are new texts.
    silent: [
      ...cache(81, 19),
      { series: 'instagram_captions_cache_misses_total{cache="captions",component="worker"}', values: growing(100) },
    ],
  },
  // The maximum over processes, not the mean; waiting requests are not connections.
  DatabasePoolBusy: { at: 7, firing: [...pool('p', 9), ...pool('q', 1)], silent: [...pool('p', 8), ...pool('q', 8)] },
  // Successful logins do not count, nor other limits.
  ManyFailedLogins: {
    at: 16,
    firing: [logins('wrong', 2), logins('rejected_account', 1), limited('login', 2)],
    silent: [logins('wrong', 1), logins('rejected_account', 1), limited('login', 1), logins('right', 1000), limited('caller', 1000)],
  },
  // One rejected call a minute fires; other failures are silent, and so is a counter that does not increase.
  TextModelMisconfigured: {
    at: 8,
    of: { model: 'paid', outcome: 'quota_exhausted' },
    firing: [calls('quota_exhausted', growing(1)), calls('misconfigured', constant(3)), calls('ok', growing(100))],
    silent: [calls('error', growing(50)), calls('timeout', growing(50)), calls('misconfigured', constant(3))],
  },
  // One process that does not reach it is enough.
  DependencyDown: {
    at: 5,
    of: { dependency: 'cache' },
    which: 'cache|replica',
    firing: [dependency('cache', 'p', constant(1)), dependency('cache', 'q', '1 1 0+0x40'), dependency('database', 'p', constant(1))],
    silent: [dependency('cache', 'p', '1 1 0 0 1+0x40'), dependency('database', 'p', constant(1))],
  },
  // Also if it is reached between failures. Down for twelve minutes and up again is silent: that is DependencyDown.
  FallbackInUse: {
    at: 14,
    of: { dependency: 'cache' },
    firing: [fallbacks('read', growing(1)), fallbacks('limit', growing(1)), dependency('cache', 'p', '1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0')],
    silent: [
      fallbacks('read', '0 0+1x12 12+0x20'),
      dependency('cache', 'p', '1 0+0x11 1+0x20'),
      dependency('cache', 'q', constant(1)),
      // Single timeouts.
      fallbacks('limit', growing(1)),
    ],
  },
  // A client that disconnects is no failure.
  TextModelFailing: {
    at: 12,
    of: { model: 'paid' },
    firing: [calls('error', '0+0x5 40+40x40'), calls('ok', growing(80)), calls('cancelled', growing(100))],
    silent: [calls('timeout', growing(9)), calls('ok', growing(91))],
  },
  CredentialsRejected: {
    at: 16,
    firing: [rejected('key', 40), rejected('token', 30)],
    silent: [rejected('key', 30), rejected('session', 25)],
  },
  // Two minutes of slow statements, as after a start, are silent.
  DatabaseSlow: {
    at: 6,
    firing: statements(growing(90)),
    silent: statements('0 0 0 100+100x40'),
  },
  // A long queue that is worked on is silent.
  QueueOld: {
    at: 9,
    firing: gauges('queue_age_seconds', 901),
    silent: [...gauges('queue_age_seconds', 899), ...gauges('queue_depth{state="waiting"}', 10_000)],
  },
  EventLoopBlocked: {
    at: 9,
    of: { component: 'worker' },
    firing: [eventLoop('api', 0.2), eventLoop('worker', 0.3)],
    silent: [eventLoop('api', 0.2), eventLoop('worker', 0.1)],
  },
  // A source whose last fetch failed is silent, one without a success for long fires.
  NewsSourceStale: {
    at: 12,
    firing: [{ series: 'instagram_captions_news_sources{state="stale"}', values: constant(1) }],
    silent: ['healthy', 'failing'].map((state) => ({ series: `instagram_captions_news_sources{state="${state}"}`, values: constant(9) })),
  },
  NoNewArticles: {
    at: 12,
    firing: gauges('news_newest_article_age_seconds', newsAlertThresholds.newestArticle + 1),
    silent: gauges('news_newest_article_age_seconds', newsAlertThresholds.newestArticle - 1),
  },
  // A long queue that is worked on is silent.
  ArticlesNotAnalyzed: {
    at: 12,
    firing: gauges('news_analysis_queue_age_seconds', newsAlertThresholds.analysisQueueAge + 1),
    silent: [
      ...gauges('news_analysis_queue_age_seconds', newsAlertThresholds.analysisQueueAge - 1),
      ...gauges('news_analysis_queue', 10_000),
    ],
  },
  ExportsFailing: {
    at: 9,
    firing: [exportsOf('succeeded', 3), exportsOf('failed', 1)],
    silent: [exportsOf('succeeded', 5), exportsOf('failed', 1)],
  },
  DatabaseReplicaBehind: {
    at: 12,
    firing: gauges('database_replica_lag_seconds', newsAlertThresholds.replicaLag + 1),
    silent: gauges('database_replica_lag_seconds', newsAlertThresholds.replicaLag - 1),
  },
  // Fires if only other components are up; one API process that is up is enough.
  ServiceDown: {
    at: 5,
    firing: [up('worker', 'w', constant(1)), up('api', 'p', '1 1 1 1 0+0x40')],
    silent: [up('api', 'p', constant(0)), up('api', 'q', constant(1))],
  },
  RoleDown: {
    at: 6,
    of: { component: 'worker' },
    which: 'component="worker"',
    firing: [up('graphql', 'g', constant(1)), up('worker', 'w', '1 1 1 0+0x40'), ...others],
    silent: [up('graphql', 'g', constant(1)), up('worker', 'w', constant(0)), up('worker', 'v', constant(1)), ...others],
  },
  TargetDown: {
    at: 7,
    of: { job: 'loki', instance: 'loki:3100' },
    firing: [{ series: 'up{job="loki",instance="loki:3100"}', values: '1 0+0x40' }, up('api', 'p', constant(0))],
    silent: [{ series: 'up{job="loki",instance="loki:3100"}', values: '1 0 0 0 1+0x40' }, up('api', 'p', constant(0))],
  },
  // One failed scrape is silent, and targets of other jobs do not count.
  HealthCheckFailing: {
    at: 5,
    of: { job: product.name, component: 'graphql', instance: 'p' },
    firing: [up('graphql', 'p', '1 1 1 1 0+0x40'), up('graphql', 'q', constant(1))],
    silent: [up('graphql', 'p', '1 1 1 0 1+0x40'), { series: 'up{job="loki"}', values: constant(0) }],
  },
  // The maximum over processes: 0.92 of the limit fires, 0.8 does not.
  HighCPUUsage: { at: 16, firing: [cpu('p', 0.46 * 60), cpu('q', 1)], silent: [cpu('p', 0.4 * 60), cpu('q', 0.4 * 60)] },
  // 96 % of 1 GiB fires, 94 % does not; the worker's memory does not count for the API.
  HighMemoryUsage: { at: 9, firing: [memory('api', 984)], silent: [memory('api', 962), memory('web', 2000)] },
  // Also if there is none; the backup of another tool does not make it older.
  BackupOld: {
    at: 28 * 60,
    firing: [],
    // In seconds since the start: 27 and 3 hours before.
    silent: [
      'instagram_captions_backup_last_success_timestamp_seconds{pod="w"}',
      'barman_cloud_cloudnative_pg_io_last_available_backup_timestamp',
    ].map((series, index) => ({ series, values: `${index * 25 * 3600 + 1}+0x1700` })),
  },
  CertificateExpiring: {
    at: 100,
    firing: [certificate(13, 'exported_namespace')],
    // That of another environment with the same name does not count.
    silent: [
      certificate(16),
      certificate(13, 'exported_namespace', 'staging'),
      { series: 'certmanager_certificate_expiration_timestamp_seconds{name="other"}', values: '0+0x120' },
    ],
  },
  DiskNearlyFull: {
    at: 8,
    of: { persistentvolumeclaim: 'data-0' },
    which: 'kubelet',
    firing: [...volume('data-0', '50 9+0x40'), ...folder('exports', constant(50))],
    silent: [...volume('data-0', constant(11)), ...folder('exports', constant(50))],
  },
  // A disk that fills slowly, or has much left, is silent.
  DiskFilling: {
    at: 39,
    of: { folder: 'data' },
    which: 'disk_free',
    firing: folder('data', '39-0.1x60'),
    silent: [...folder('data', '39-0.001x60'), ...folder('exports', '99-0.1x60')],
  },
} as const satisfies Record<string, Situation>;

/** @param which part of the expression, if several rules have the name */
const ruleNamed = (name: string, which = '') => {
  const rule = group.rules.find(({ alert, expr }) => alert === name && expr.includes(which));
  if (!rule) throw new Error(`no alert ${name}`);
  return rule;
};

function unitTest(alertname: string, { at, firing, silent, of = {}, which }: Situation) {
  const { labels, annotations } = ruleNamed(alertname, which);
  const description = annotations.description.replaceAll(/{{ \$labels\.(\w+) }}/g, (_, label: string) => of[label] ?? '');
  const expects = (fires: boolean, minute: number = at) => ({
    eval_time: `${minute}m`,
    alertname,
    exp_alerts: fires ? [{ exp_labels: { ...labels, ...of }, exp_annotations: { ...annotations, description } }] : [],
  });
  // Also silent before the minimum duration.
  return [
    { interval: '1m', input_series: firing, alert_rule_test: [expects(false, 3), expects(true)] },
    { interval: '1m', input_series: silent, alert_rule_test: [expects(false)] },
  ];
}

describe('alerts', () => {
  test('are in one group, each with an existing runbook', () => {
    expect(group.name).toBe(`${product.name}-api`);
    // Error budgets have their cases in objective-rules.test.ts; the watchdog has no condition.
    const names = group.rules.map(({ alert }) => alert).filter((alert) => !['ErrorBudgetBurn', 'Watchdog'].includes(alert));
    expect([...new Set(names)].sort()).toEqual(Object.keys(cases).sort());
    for (const { annotations } of group.rules) {
      const [base, page] = annotations.runbook_url.split('/docs/runbooks/');
      expect([base, existsSync(`docs/runbooks/${page}`)]).toEqual([`https://github.com/${team.repository}/blob/main`, true]);
    }
  });

  test('have the contacts of their environment: on call if critical, security if accounts are attacked', () => {
    const { onCall, operations, security } = watched.contacts;
    const contactsOf = (alert: string) => ruleNamed(alert).annotations.contact;
    expect(['HighErrorRate', 'HighLatency', 'ManyFailedLogins'].map(contactsOf)).toEqual([
      `${onCall}, ${operations}`,
      operations,
      security,
    ]);
    const guide = alertGroup(instagramCaptions).rules.find(({ alert }) => alert === 'HighErrorRate');
    expect(guide?.annotations).toMatchObject({
      contact: '+1-555-0123, devops@company.com',
      runbook_url: 'https://wiki.yourapp.com/runbooks/errors.md',
      dashboard_url: 'https://grafana.yourapp.com/d/instagram-captions',
    });
    const dashboards = alertGroup(local).rules.map(({ annotations }) => annotations.dashboard_url);
    expect(new Set(dashboards)).toEqual(new Set([`http://localhost:3000/d/${local.namespace}`]));
  });

  test('use the thresholds of the contract', () => {
    expect(ruleNamed('HighErrorRate').expr).toMatch(new RegExp(` > ${alertThresholds.errorRatio}$`));
    expect(ruleNamed('HighLatency').expr).toMatch(new RegExp(` > ${alertThresholds.latencySeconds}$`));
    expect(ruleNamed('DatabasePoolBusy').expr).toMatch(new RegExp(` > ${alertThresholds.databasePoolShare}$`));
    expect(ruleNamed('ManyFailedLogins').expr).toMatch(new RegExp(` > ${alertThresholds.failedLogins}$`));
    expect(ruleNamed('HighResponseTime').expr).toMatch(new RegExp(` > ${alertThresholds.responseSeconds}$`));
    expect(ruleNamed('HighCPUUsage').expr).toMatch(new RegExp(` / 0.5 > ${alertThresholds.cpuShare}$`));
    expect(ruleNamed('HighMemoryUsage').expr).toMatch(new RegExp(` / ${2 ** 30} > ${alertThresholds.memoryShare}$`));
    expect(ruleNamed('LowCacheHitRate').expr).toMatch(new RegExp(` < ${alertThresholds.cacheHitRate}$`));
  });

  test('about news exist only if the environment fetches news', () => {
    const names = alertGroup(production).rules.map(({ alert }) => alert);
    expect(group.rules.map(({ alert }) => alert).filter((name) => !names.includes(name))).toEqual([
      'NewsSourceStale',
      'NoNewArticles',
      'ArticlesNotAnalyzed',
      'ExportsFailing',
      'DatabaseReplicaBehind',
    ]);
  });

  test('use metrics of the given targets only, in a Prometheus that has others', () => {
    for (const { alert, expr } of alertGroup(watched, { targets: { namespace: { is: 'shop' } } }).rules) {
      const metrics = expr.match(/\b(?:instagram_captions|process|nodejs|barman_cloud|kubelet)[:_][\w:]+|\bup\b/g) ?? [];
      const scoped = expr.match(/\{namespace="shop"/g) ?? [];
      expect([alert, metrics.length]).toEqual([alert, scoped.length]);
      if (!['Watchdog', 'CertificateExpiring'].includes(alert)) expect(metrics.length).toBeGreaterThan(0);
    }
  });

  test('cannot use a metric, label or metric type that is not declared', () => {
    // @ts-expect-error there is no such metric
    expect(() => rate('reqests', '5m').promql()).toThrow(TypeError);
    // @ts-expect-error requests has no label code
    expect(rate('requests', '5m', { code: { is: '500' } }).promql()).toContain('code');
    // @ts-expect-error a quantile of a counter means nothing
    expect(above(quantile(0.9, 'requests', '5m'), 1).promql()).toContain('requests_total_bucket');
  });
});

describeWithPromtool('alerts, evaluated by promtool (skipped if not installed)', () => {
  const promtool = promtoolWith([group]);

  test('Watchdog fires without any series', () => {
    const { labels: exp_labels, annotations: exp_annotations } = ruleNamed('Watchdog');
    const fires = { eval_time: '1m', alertname: 'Watchdog', exp_alerts: [{ exp_labels, exp_annotations }] };
    expect(promtool.test('Watchdog', [{ interval: '1m', input_series: [], alert_rule_test: [fires] }])).toMatchObject({ status: 0 });
  });

  test.each(Object.entries(cases))('%s fires on its condition and is silent just before', (name, situation) => {
    expect(promtool.test(name, unitTest(name, situation))).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  });
});
