import { describe, expect, test } from '@jest/globals';
import { quantileOf, Scrape } from './metrics-text.ts';

describe('Scrape', () => {
  const scrape = new Scrape(`# HELP a_total Words, with {braces} 7
# TYPE a_total counter
a_total{method="GET",route="/a/:id",text="a \\"quoted\\", word"} 3
a_total{method="POST",route="/b"} 4
b_seconds_bucket{le="0.5",kind="x"} 1
b_seconds_bucket{le="+Inf",kind="x"} 2
b_seconds_bucket{le="0.5",kind="y"} 10
b_seconds_bucket{le="+Inf",kind="y"} 10
memory_bytes 1.5e8
`);

  test('sums the samples with given labels', () => {
    expect([scrape.sum('a_total'), scrape.sum('a_total', { method: 'POST' }), scrape.sum('memory_bytes')]).toEqual([7, 4, 1.5e8]);
    expect(scrape.sum('a_total', { text: 'a \\"quoted\\", word' })).toBe(3);
  });

  test('adds the buckets of a histogram over its labels', () => {
    expect([...scrape.buckets('b_seconds')]).toEqual([
      [0.5, 11],
      [Number.POSITIVE_INFINITY, 12],
    ]);
  });

  test('knows which metrics exist', () => {
    expect([scrape.has('memory_bytes'), scrape.has('absent')]).toEqual([true, false]);
  });
});

describe('quantileOf', () => {
  const buckets = (...counts: readonly [number, number][]) => new Map(counts);
  test('interpolates within the bucket, as histogram_quantile of PromQL does', () => {
    expect(quantileOf(0.95, buckets([0.01, 90], [0.05, 100], [Number.POSITIVE_INFINITY, 100]))).toBeCloseTo(0.03);
  });
  test('returns the largest bound if the quantile is above it', () => {
    expect(quantileOf(0.95, buckets([0.01, 50], [Number.POSITIVE_INFINITY, 100]))).toBe(0.01);
  });
  test('returns NaN without an observation', () => {
    expect(quantileOf(0.95, buckets([0.01, 0], [Number.POSITIVE_INFINITY, 0]))).toBeNaN();
  });
});
