import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { instagramCaptions } from '../environments/reference-instagram-captions.ts';
import { preventia } from '../environments/reference-preventia.ts';
import { above, quantile, rate } from '../prometheus/promql.ts';
import { alertGroup, alertThresholds, ruleGroups } from './alerts.ts';
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
const bucket = (pod: string, le: string, perMinute: number) => ({
  series: `instagram_captions_request_duration_seconds_bucket{method="POST",route="/api/v4/generate",le="${le}",pod="${pod}"}`,
  values: growing(perMinute),
});
const latencies = (slow: number) =>
  ['p', 'q'].flatMap((pod) => [bucket(pod, '2', 100 - slow), bucket(pod, '5', 100), bucket(pod, '+Inf', 100)]);
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

/** A gauge of news that two processes report; the larger value counts. */
const news = (metric: string, value: number) =>
  [value, value / 2].map((each, pod) => ({
    series: `instagram_captions_${metric}${metric.endsWith('}') ? '' : `{pod="${pod}"}`}`,
    values: constant(each),
  }));
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
}

/** By alert: series for which it fires at the given minute, and series for which it does not. */
const cases = {
  // 40 errors among 1000 responses are silent, 6 among 100 fire: the ratio counts.
  HighErrorRate: { at: 12, firing: [answers('200', 94), answers('503', 6)], silent: [answers('200', 960), answers('500', 40)] },
  // One alert for both pods.
  HighLatency: { at: 16, firing: latencies(10), silent: latencies(4) },
  // The median, not the slowest request.
  HighResponseTime: {
    at: 11,
    firing: [bucket('p', '1', 40), bucket('p', '2', 100), bucket('p', '+Inf', 100)],
    silent: [bucket('p', '1', 60), bucket('p', '2', 100), bucket('p', '+Inf', 100)],
  },
  LowCacheHitRate: {
    at: 26,
    // Hits of other caches do not count.
    firing: [...cache(79, 21), { series: 'instagram_captions_cache_hits_total{cache="users",level="memory"}', values: growing(10_000) }],
    silent: cache(81, 19),
  },
  // The maximum over processes, not the mean; waiting requests are not connections.
  DatabasePoolBusy: { at: 7, firing: [...pool('p', 9), ...pool('q', 1)], silent: [...pool('p', 8), ...pool('q', 8)] },
  // Successful logins do not count.
  ManyFailedLogins: {
    at: 16,
    firing: [logins('wrong', 30), logins('rejected_account', 40)],
    silent: [logins('wrong', 20), logins('rejected_account', 30), logins('right', 1000)],
  },
  // One rejected call a minute fires; other failures are silent, and so is a counter that does not increase.
  TextModelMisconfigured: {
    at: 8,
    of: { model: 'paid', outcome: 'quota_exhausted' },
    firing: [calls('quota_exhausted', growing(1)), calls('misconfigured', constant(3)), calls('ok', growing(100))],
    silent: [calls('error', growing(50)), calls('timeout', growing(50)), calls('misconfigured', constant(3))],
  },
  // A source whose last fetch failed is silent, one without a success for long fires.
  NewsSourceStale: {
    at: 12,
    firing: [{ series: 'instagram_captions_news_sources{state="stale"}', values: constant(1) }],
    silent: ['healthy', 'failing'].map((state) => ({ series: `instagram_captions_news_sources{state="${state}"}`, values: constant(9) })),
  },
  NoNewArticles: {
    at: 12,
    firing: news('news_newest_article_age_seconds', newsAlertThresholds.newestArticle + 1),
    silent: news('news_newest_article_age_seconds', newsAlertThresholds.newestArticle - 1),
  },
  // A long queue that is worked on is silent.
  ArticlesNotAnalyzed: {
    at: 12,
    firing: news('news_analysis_queue_age_seconds', newsAlertThresholds.analysisQueueAge + 1),
    silent: [...news('news_analysis_queue_age_seconds', newsAlertThresholds.analysisQueueAge - 1), ...news('news_analysis_queue', 10_000)],
  },
  ExportsFailing: {
    at: 9,
    firing: [exportsOf('succeeded', 3), exportsOf('failed', 1)],
    silent: [exportsOf('succeeded', 5), exportsOf('failed', 1)],
  },
  DatabaseReplicaBehind: {
    at: 12,
    firing: news('database_replica_lag_seconds', newsAlertThresholds.replicaLag + 1),
    silent: news('database_replica_lag_seconds', newsAlertThresholds.replicaLag - 1),
  },
  // Fires if only other components are up; one API process that is up is enough.
  ServiceDown: {
    at: 5,
    firing: [up('worker', 'w', constant(1)), up('api', 'p', '1 1 1 1 0+0x40')],
    silent: [up('api', 'p', constant(0)), up('api', 'q', constant(1))],
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
} as const satisfies Record<string, Situation>;

const ruleNamed = (name: string) => {
  const rule = group.rules.find(({ alert }) => alert === name);
  if (!rule) throw new Error(`no alert ${name}`);
  return rule;
};

function unitTest(alertname: string, { at, firing, silent, of = {} }: Situation) {
  const { labels, annotations } = ruleNamed(alertname);
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
    expect([...new Set(names)]).toEqual(Object.keys(cases));
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
    expect(alertGroup(local).rules[0]?.annotations.dashboard_url).toBe(`http://localhost:3000/d/${local.namespace}`);
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
      const metrics = expr.match(/\b(?:instagram_captions|process|nodejs)[:_][\w:]+|\bup\b/g) ?? [];
      const scoped = expr.match(/\{namespace="shop"/g) ?? [];
      expect([alert, metrics.length]).toEqual([alert, scoped.length]);
      if (alert !== 'Watchdog') expect(metrics.length).toBeGreaterThan(0);
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
  const groups = ruleGroups(watched);
  const promtool = promtoolWith(groups);

  test('the rules are valid', () => {
    const rules = groups.reduce((sum, { rules: { length } }) => sum + length, 0);
    expect(promtool.check()).toMatchObject({ status: 0, output: expect.stringContaining(`${rules} rules found`) });
  });

  test('Watchdog fires without any series', () => {
    const { labels: exp_labels, annotations: exp_annotations } = ruleNamed('Watchdog');
    const fires = { eval_time: '1m', alertname: 'Watchdog', exp_alerts: [{ exp_labels, exp_annotations }] };
    expect(promtool.test('Watchdog', [{ interval: '1m', input_series: [], alert_rule_test: [fires] }])).toMatchObject({ status: 0 });
  });

  test.each(Object.entries(cases))('%s fires on its condition and is silent just before', (name, situation) => {
    expect(promtool.test(name, unitTest(name, situation))).toMatchObject({ status: 0 });
  });
});
