import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PrometheusQuery, parseQueryResult } from '../../prometheus/query.ts';
import { gateQueries } from './gate-queries.ts';
import { evaluateGate, gateReportOf, type Readings } from './metrics-gate.ts';

const sound = { pods: { value: 2 }, requests: { value: 500 }, errors: { value: 1 }, latency: { value: 0.05 } } as const;
const demand = { pods: 2 };
const missing = { missing: 'Prometheus returned 0 values' };

describe('gateReportOf', () => {
  test('passes figures within the objectives, and reports them', () => {
    expect(gateReportOf(sound, demand)).toEqual({
      result: 'pass',
      why: '500 requests, 1 server errors, p95 50 ms',
      figures: { pods: 2, requests: 500, errors: 1, latency: 0.05 },
    });
  });

  test.each<[string, Partial<Readings>, string]>([
    [
      'more server errors than the objective allows',
      { errors: { value: 6 } },
      '6 of 500 responses are server errors; the objective allows 1 %',
    ],
    ['answers that take too long', { latency: { value: 0.21 } }, 'p95 210 ms; the objective is 200 ms'],
    ['too many errors in few requests', { requests: { value: 3 }, errors: { value: 3 } }, '3 of 3 responses'],
    ['errors, though Prometheus scrapes one pod of two', { pods: { value: 1 }, errors: { value: 50 } }, '50 of 500'],
  ])('fails %s', (_what, readings, why) => {
    expect(gateReportOf({ ...sound, ...readings }, demand)).toMatchObject({ result: 'fail', why: expect.stringContaining(why) });
  });

  test.each<[string, Partial<Readings>, string]>([
    ['that Prometheus does not have', { requests: missing }, 'no figures: requests: Prometheus returned 0 values'],
    ['of no pod', { pods: missing }, 'no figures: pods: Prometheus returned 0 values'],
    ['of one pod of two', { pods: { value: 1 } }, 'Prometheus scrapes 1 of 2 pods'],
    ['of too few requests', { requests: { value: 99 }, errors: { value: 1 } }, '99 of 100 required requests'],
    ['of no requests', { requests: { value: 0 }, errors: { value: 0 } }, '0 of 100'],
    ['without a latency', { latency: { missing: 'Prometheus has the value NaN' } }, 'latency: Prometheus has the value NaN'],
  ])('is inconclusive for figures %s', (_what, readings, why) => {
    expect(gateReportOf({ ...sound, ...readings }, demand)).toMatchObject({ result: 'inconclusive', why: expect.stringContaining(why) });
  });

  test('passes only complete figures within the objectives', () => {
    const reading = fc.oneof(fc.constant(missing), fc.record({ value: fc.double({ min: 0, max: 1000, noNaN: true }) }));
    const readings = fc.record({ pods: reading, requests: reading, errors: reading, latency: reading });
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 500 }), (given, minRequests) => {
        const { result, figures } = gateReportOf(given, { pods: 2, minRequests });
        const { pods = 0, requests = 0, errors = Number.NaN, latency = Number.NaN } = figures;
        const good = pods >= 2 && requests >= minRequests && errors <= 0.01 * requests + 1e-9 && latency <= 0.2;
        if (result === 'pass') expect(good).toBe(true);
      }),
    );
  });
});

describe('gateQueries', () => {
  const queries = gateQueries({ job: { is: 'captions' }, namespace: { is: 'shop' } }, 60);

  test('selects the new release and user requests only, without probes', () => {
    for (const promql of Object.values(queries)) expect(promql).toContain('{job="captions",namespace="shop",component="api-canary"');
    for (const name of ['requests', 'errors', 'latency'] as const) expect(queries[name]).toMatch(/route!~"[^"]*\/health\|\/ready[^"]*"/);
  });

  test('uses the exact increase instead of a rate', () => {
    expect(queries.errors).toContain('offset 60s');
    expect(queries.errors).not.toContain('rate(');
  });
});

describe('parseQueryResult', () => {
  const vector = (...values: unknown[]) => ({
    status: 200,
    body: { status: 'success', data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) } },
  });
  test('returns one number', () => expect(parseQueryResult(vector('0.25'))).toEqual({ value: 0.25 }));
  test.each<[string, Parameters<typeof parseQueryResult>[0], RegExp]>([
    ['nothing', vector(), /0 values/],
    ['several', vector('1', '2'), /2 values/],
    ['NaN', vector('NaN'), /the value NaN/],
    ['infinity', vector('+Inf'), /the value \+Inf/],
    ['an empty text', vector(''), /the value /],
    ['no text', vector(1), /the value 1/],
    ['an error', { status: 422, body: { status: 'error', error: 'parse error' } }, /returned 422: parse error/],
    ['an HTML page', { status: 200, body: '<html>' }, /returned 200/],
    ['a bad gateway', { status: 502, body: 'bad gateway' }, /returned 502/],
  ])('returns no number for %s', (_what, answer, why) => {
    expect(parseQueryResult(answer)).toEqual({ missing: expect.stringMatching(why) });
  });
});

describe('evaluateGate', () => {
  const { signal } = new AbortController();
  const evaluate = (query: PrometheusQuery) => evaluateGate(query, { job: { is: 'captions' } }, 60, { pods: 1 }, signal);

  test('is inconclusive without data, for an error and for an unreachable Prometheus', async () => {
    const body = { status: 'success', data: { result: [] } };
    const missing = (why: string) => ({ result: 'inconclusive', why: expect.stringContaining(`no figures: pods: Prometheus ${why}`) });
    expect(await evaluate(async () => ({ status: 200, body }))).toMatchObject(missing('returned 0 values'));
    expect(await evaluate(async () => ({ status: 503, body }))).toMatchObject(missing('returned 503'));
    expect(await evaluate(() => Promise.reject(new Error('ECONNREFUSED')))).toMatchObject(missing('does not respond (ECONNREFUSED)'));
  });
});
