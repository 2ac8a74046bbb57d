import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { alertLines } from '../../service/contract/objectives.ts';
import { alertGroup } from './alerts.ts';
import { above, quantile, rate } from './promql.ts';

/** Prometheus' own judge; not an npm package. */
const promtool = 'promtool';

/** Samples once a minute: `from+step x times`, in Prometheus' notation. */
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

/** Alert, a situation in which it fires at the minute, and one in which it stays silent. */
const cases = {
  // 40 errors a minute are silent among 1000 answers, 6 fire among 100: only the share counts (D-02).
  HighErrorRate: { at: 12, firing: [answers('200', 94), answers('503', 6)], silent: [answers('200', 960), answers('500', 40)] },
  // One alert for both pods, not one each (D-04).
  HighLatency: { at: 16, firing: latencies(10), silent: latencies(4) },
  // Hits of all, not hits for each miss (D-03).
  LowCacheHitRate: {
    at: 26,
    // Hits of other caches do not make up for it.
    firing: [...cache(79, 21), { series: 'instagram_captions_cache_hits_total{cache="users",level="memory"}', values: growing(10_000) }],
    silent: cache(81, 19),
  },
  // The busiest process counts, not the mean of both; what waits is no connection.
  DatabasePoolBusy: { at: 7, firing: [...pool('p', 9), ...pool('q', 1)], silent: [...pool('p', 8), ...pool('q', 8)] },
} as const;

const ruleNamed = (name: string) => {
  const rule = alertGroup.rules.find(({ alert }) => alert === name);
  if (!rule) throw new Error(`no alert ${name}`);
  return rule;
};

function unitTest([alertname, { at, firing, silent }]: [string, (typeof cases)[keyof typeof cases]]) {
  const { labels, annotations } = ruleNamed(alertname);
  const expects = (fires: boolean, minute: number = at) => ({
    eval_time: `${minute}m`,
    alertname,
    exp_alerts: fires ? [{ exp_labels: labels, exp_annotations: annotations }] : [],
  });
  // Silent too while the condition has not held long enough.
  return [
    { interval: '1m', input_series: firing, alert_rule_test: [expects(false, 3), expects(true)] },
    { interval: '1m', input_series: silent, alert_rule_test: [expects(false)] },
  ];
}

describe('alerts', () => {
  test('stand in the group of guide row AL-01, each with a runbook that exists', () => {
    expect(alertGroup.name).toBe('instagram-captions-api');
    expect(alertGroup.rules.map(({ alert }) => alert)).toEqual(Object.keys(cases));
    for (const { annotations } of alertGroup.rules) expect(existsSync(annotations.runbook)).toBe(true);
  });

  test('use the lines of the contract', () => {
    expect(ruleNamed('HighErrorRate').expr).toMatch(new RegExp(` > ${alertLines.errorRatio}$`));
    expect(ruleNamed('HighLatency').expr).toMatch(new RegExp(` > ${alertLines.latencySeconds}$`));
    expect(ruleNamed('DatabasePoolBusy').expr).toMatch(new RegExp(` > ${alertLines.databasePoolShare}$`));
    expect(ruleNamed('LowCacheHitRate').expr).toMatch(new RegExp(` < ${alertLines.cacheHitRate}$`));
  });

  test('cannot name a metric, a label or a kind of metric that the contract does not have', () => {
    // @ts-expect-error there is no such metric
    expect(() => rate('reqests', '5m')).toThrow(TypeError);
    // @ts-expect-error requests has no label code
    expect(rate('requests', '5m', { code: { is: '500' } }).promql).toContain('code');
    // @ts-expect-error a quantile of a counter means nothing
    expect(above(quantile(0.9, 'requests', '5m'), 1).promql).toContain('requests_total_bucket');
  });
});

const judged = spawnSync(promtool, ['--version']).status === 0 ? describe : describe.skip;

judged('alerts, as promtool judges them (skipped where it is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };
  beforeAll(() => {
    writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [alertGroup] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the rules are valid', () => {
    expect(run('check', 'rules', 'rules.yml')).toMatchObject({
      status: 0,
      output: expect.stringContaining(`${alertGroup.rules.length} rules found`),
    });
  });

  test.each(Object.entries(cases))('%s fires when it should and is silent just before', (name, situation) => {
    const file = `${name}.yml`;
    writeFileSync(
      join(folder, file),
      stringify({ rule_files: ['rules.yml'], tests: unitTest([name, situation]) }, { aliasDuplicateObjects: false }),
    );
    expect(run('test', 'rules', file)).toMatchObject({ status: 0 });
  });
});
