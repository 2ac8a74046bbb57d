import { describe, expect, test } from '@jest/globals';
import { Scrape } from './metrics-text.ts';
import { serviceFigures } from './service-figures.ts';

interface Sampled {
  readonly cpuSeconds: number;
  /** Undefined: several processes that share a port. */
  readonly start?: number;
}
const scrape = ({ cpuSeconds, start }: Sampled) =>
  new Scrape(
    [
      `process_cpu_seconds_total ${cpuSeconds}`,
      'instagram_captions_cpu_limit_cores 2',
      ...(start === undefined ? [] : [`process_start_time_seconds ${start}`]),
    ].join('\n'),
  );
const figuresOf = (...samples: readonly Sampled[]) => serviceFigures([{ name: 'a', seconds: 10, scrapes: samples.map(scrape) }]);
const restarted = { fault: 'a restarted under load; see its log' };

describe('serviceFigures', () => {
  test('relates the CPU time of the run to the limit', () =>
    expect(figuresOf({ cpuSeconds: 5, start: 1 }, { cpuSeconds: 9, start: 1 }).cpu).toBe(0.2));

  test.each([
    ['its CPU time decreases', [{ cpuSeconds: 5 }, { cpuSeconds: 1 }, { cpuSeconds: 9 }]],
    [
      'its start time changes, although its CPU time grows',
      [
        { cpuSeconds: 3, start: 1 },
        { cpuSeconds: 4, start: 60 },
      ],
    ],
  ])('reports a restart if %s', (_when, samples) => {
    expect(figuresOf(...samples)).toMatchObject({ cpu: restarted, sqlLatency: restarted, cacheHitRate: restarted });
  });

  test('measures no increase if several processes respond in turn, which is no restart', () => {
    const [a, b] = [
      { cpuSeconds: 5, start: 1 },
      { cpuSeconds: 2, start: 2 },
    ];
    expect(figuresOf(a, b, a, b).cpu).toBe('several processes respond at a; name each with --metrics-url');
  });

  test('measures no quantile of fewer than 20 statements', () => {
    const statements = (count: number) =>
      new Scrape(`instagram_captions_database_duration_seconds_bucket{le="0.1"} ${count}
instagram_captions_database_duration_seconds_bucket{le="+Inf"} ${count}`);
    const sqlLatencyAt = (count: number) =>
      serviceFigures([{ name: 'a', seconds: 1, scrapes: [statements(5), statements(count)] }]).sqlLatency;
    expect(sqlLatencyAt(24)).toBe('19 of 20 statements');
    expect(sqlLatencyAt(25)).toBeCloseTo(0.095);
  });
});
