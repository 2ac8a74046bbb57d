import { describe, expect, test } from '@jest/globals';
import { objectives, objectiveWindowDays } from '../../contract/objectives.ts';
import { production } from '../environments/production.ts';
import { alertGroup, ruleGroups } from './alerts.ts';
import { type BurnRate, burnRates, burnThreshold } from './burn-rate-alerts.ts';
import { missedRatio, type ObjectiveName, objectiveGroups, objectiveNames, ratioWindows } from './objective-rules.ts';
import { describeWithPromtool, promtoolWith } from './testing/promtool.ts';

const groups = ruleGroups(production);
const burns = alertGroup(production).rules.filter(({ alert }) => alert === 'ErrorBudgetBurn');

/** One sample a minute, in promtool's notation. */
type Rate = (perMinute: number) => string;
const steady =
  (minutes: number): Rate =>
  (perMinute) =>
    `0+${perMinute}x${minutes}`;
/** Quiet, then at the rate. */
const late =
  (quietMinutes: number, minutes: number): Rate =>
  (perMinute) =>
    `0+0x${quietMinutes} ${perMinute}+${perMinute}x${minutes}`;

const request = 'method="POST",route="/api/v4/generate",pod="p"';
const requests = (status: string, values: string) => ({
  series: `instagram_captions_requests_total{${request},status="${status}"}`,
  values,
});
const durations = (metric: string, labels: string, threshold: number, slow: number, rate: Rate) => [
  { series: `instagram_captions_${metric}_duration_seconds_bucket{${labels}le="${threshold}"}`, values: rate(1000 - slow) },
  { series: `instagram_captions_${metric}_duration_seconds_count{${labels.replace(/,$/, '')}}`, values: rate(1000) },
];

/** Series of 1000 events a minute, of which `missed` miss the objective, for `minutes`. */
const events: Readonly<Record<ObjectiveName, (missed: number, minutes: number) => readonly object[]>> = {
  availability: (missed, minutes) => [
    requests('200', steady(minutes)(1000 - missed)),
    requests('503', steady(minutes)(missed)),
    // Probes are no requests of users.
    { series: 'instagram_captions_requests_total{route="/ready",status="200"}', values: steady(minutes)(100_000) },
  ],
  latency: (missed, minutes) => [
    ...durations('request', `${request},`, objectives.latency.thresholdSeconds, missed, steady(minutes)),
    // The time of a query is that of its text model.
    ...durations('request', 'route="/api/v1/query",', objectives.latency.thresholdSeconds, 1000, steady(minutes)),
  ],
  graphqlLatency: (missed, minutes) =>
    durations('request', 'route="/graphql",', objectives.graphqlLatency.thresholdSeconds, missed, steady(minutes)),
  workerLatency: (missed, minutes) => durations('batch_item', '', objectives.workerLatency.thresholdSeconds, missed, steady(minutes)),
  statementLatency: (missed, minutes) =>
    durations('database', 'statement="select",', objectives.statementLatency.thresholdSeconds, missed, steady(minutes)),
  cacheHitRate: (missed, minutes) => [
    { series: 'instagram_captions_cache_hits_total{cache="captions",level="redis"}', values: steady(minutes)(1000 - missed) },
    { series: 'instagram_captions_cache_misses_total{cache="captions"}', values: steady(minutes)(missed) },
  ],
};

describe('objectives', () => {
  test('each have a recorded ratio for every window', () => {
    const records = objectiveGroups('p').flatMap(({ rules }) => rules.map(({ record }) => record));
    expect(records).toEqual(
      expect.arrayContaining(objectiveNames.flatMap((name) => ratioWindows.map((window) => missedRatio(name, window)))),
    );
    expect(new Set(records).size).toBe(records.length);
    expect(ratioWindows).toContain(`${objectiveWindowDays}d`);
    expect(missedRatio('availability', '5m')).toBe('instagram_captions:requests_errors:ratio_rate5m');
  });

  test('have burn-rate alerts that page for fast errors only', () => {
    expect(burns.filter(({ labels }) => labels.severity === 'critical').map(({ labels }) => labels)).toMatchObject([
      { objective: 'availability', window: '1h' },
      { objective: 'availability', window: '6h' },
    ]);
    expect(burns).toHaveLength((objectiveNames.length - 1) * burnRates.length);
  });

  test('keep the environment of their series', () => {
    const [{ rules } = { rules: [] }] = objectiveGroups('p', { namespace: 'shop' }, { namespace: { is: 'shop' } });
    for (const { expr, labels } of rules) {
      expect(labels).toEqual({ namespace: 'shop' });
      expect(expr.match(/instagram_captions[:_][\w:]+/g)?.length).toBe(expr.match(/namespace="shop"/g)?.length);
    }
  });
});

const burning = objectiveNames.filter((name) => burns.some(({ labels: { objective } }) => objective === name));

describeWithPromtool('error budgets, evaluated by promtool (skipped if not installed)', () => {
  const promtool = promtoolWith(groups);
  /** All burn-rate alerts of an objective up to this factor fire, as their windows see the same ratio. */
  const firing = (objective: ObjectiveName, fires: (burn: BurnRate) => boolean) =>
    burns
      .filter(({ labels }) => labels.objective === objective && burnRates.some((burn) => burn.long === labels.window && fires(burn)))
      .map(({ labels, annotations }) => ({ exp_labels: labels, exp_annotations: annotations }));
  const check = (minute: number, alerts: readonly object[]) => [
    { eval_time: `${minute}m`, alertname: 'ErrorBudgetBurn', exp_alerts: [...alerts] },
  ];

  test('all rules are valid', () => {
    const rules = groups.reduce((sum, { rules: { length } }) => sum + length, 0);
    expect(promtool.check()).toMatchObject({ status: 0, output: expect.stringContaining(`${rules} rules found`) });
  });

  test.each(burning)('ErrorBudgetBurn of %s fires above each of its rates and is silent below it', (objective) => {
    const tests = burnRates.flatMap((burn) => {
      const threshold = 1000 * burnThreshold(objective, burn);
      const at = (missed: number, fires: (each: BurnRate) => boolean) => ({
        interval: '1m',
        input_series: events[objective](missed, 40),
        alert_rule_test: check(30, firing(objective, fires)),
      });
      return [
        at(Math.ceil(threshold) + 1, ({ factor }) => factor <= burn.factor),
        at(Math.floor(threshold) - 1, ({ factor }) => factor < burn.factor),
      ];
    });
    expect(promtool.test(`burn-${objective}`, tests)).toMatchObject({ status: 0 });
  });

  test('an outage of twenty minutes spends the budget of an hour, not of six', () => {
    const hours = 7 * 60;
    const input_series = [requests('200', `${steady(hours)(1000)} ${1000 * hours}+0x30`), requests('503', late(hours, 30)(1000))];
    const alert_rule_test = check(
      hours + 20,
      firing('availability', ({ long }) => long !== '6h'),
    );
    expect(promtool.test('outage', [{ interval: '1m', input_series, alert_rule_test }])).toMatchObject({ status: 0 });
  });

  test.each(objectiveNames)('records the ratio of %s over every window, and 0 without a miss', (objective) => {
    const expectation = (value: number) =>
      ratioWindows.map((window) => ({
        expr: `round(${missedRatio(objective, window)}, 0.001)`,
        eval_time: '30m',
        exp_samples: [{ labels: '{}', value }],
      }));
    const recording = (missed: number) => ({
      interval: '1m',
      input_series: events[objective](missed, 40),
      promql_expr_test: expectation(missed / 1000),
    });
    expect(promtool.test(objective, [recording(250), recording(0)])).toMatchObject({ status: 0 });
  });
});
