import { expect, test } from '@jest/globals';
import { badRate, rateIntervalSeconds } from '../../manifests/monitoring/objective-rules.ts';
import type { PrometheusApi } from '../prometheus/query.ts';
import { measureObjectives } from './measure.ts';

const end = 1_800_000_000;
const daySeconds = 86_400;

/** A Prometheus that recorded one event per second since some days, of which half of a percent missed `availability`. */
const recordedFor =
  (days: number): PrometheusApi =>
  async (path) => {
    const parameters = new URLSearchParams(path.split('?')[1]);
    const [start = 0, stepSeconds = 0] = ['start', 'step'].map((name) => Number(parameters.get(name)));
    const query = parameters.get('query') ?? '';
    const share = query.includes(badRate('availability')) ? 0.005 : query.includes(':bad_rate') ? 0 : 1;
    const values: (readonly [number, string])[] = [];
    for (let time = start; time <= end; time += stepSeconds)
      if (time > end - days * daySeconds) values.push([time, String((share * stepSeconds) / rateIntervalSeconds)]);
    return { status: 200, body: { status: 'success', data: { result: [{ values }] } } };
  };

test.each([3, 30])('measureObjectives counts the minutes left of the %d days that Prometheus recorded', async (days) => {
  const { recordedDays, objectives } = await measureObjectives(recordedFor(days), undefined, end, new AbortController().signal);
  const [availability] = objectives;
  expect([availability?.name, recordedDays]).toEqual(['availability', days]);
  expect(availability?.measured).toBeCloseTo(0.995, 9);
  // Half of 1 % of these days.
  expect(availability?.budgetLeft?.minutes).toBeCloseTo(0.5 * 0.01 * days * 1440, 6);
  expect(availability?.budgetLeft?.events).toBeCloseTo(0.5 * 0.01 * days * daySeconds, 3);
});
