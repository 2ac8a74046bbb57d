import { expect, test } from '@jest/globals';
import { describeWithPromtool, promtoolWith } from '../monitoring/testing/promtool.ts';
import { observedAbove } from './promql.ts';

const seconds = 2;
const expr = observedAbove(seconds, 'requestDuration', '5m').promql();
const series = (name: string, perMinute: number) => ({
  series: `instagram_captions_request_duration_seconds_${name}`,
  values: `0+${perMinute}x10`,
});

describeWithPromtool('observedAbove, evaluated by promtool (skipped if not installed)', () => {
  const promtool = promtoolWith([{ name: 'empty', rules: [] }]);

  test.each([
    ['2', 'Prometheus 2'],
    ['2.0', 'Prometheus 3'],
  ])('counts what is above a whole bound, which is written %s by %s', (le) => {
    const input_series = [
      series('count', 60),
      series(`bucket{le="${le}"}`, 45),
      // Their names begin and end alike.
      series('bucket{le="20"}', 60),
      series('bucket{le="0.2"}', 30),
    ];
    const promql_expr_test = [{ expr, eval_time: '10m', exp_samples: [{ labels: '{}', value: 0.25 }] }];
    expect(promtool.test(`bound-${le}`, [{ interval: '1m', input_series, promql_expr_test }])).toMatchObject({ status: 0 });
  });
});
