import { describe, expect, test } from '@jest/globals';
import { isFailure, judgeLoad } from './judge.ts';
import { createLatencies } from './latencies.ts';
import type { Measurement } from './measure.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const service = { sqlLatency: 0.049, cacheHitRate: 0.93, cpu: 0.2, memory: 0.81, connections: 'the embedded database has one connection' };

interface Requests {
  readonly ms?: number;
  readonly sent?: number;
  readonly failed?: number;
}
/** Requests of one duration, of which some failed. */
function measurementOf(scenario: Scenario, { ms = 30, sent = 20, failed = 0 }: Requests): Measurement {
  const latencies = createLatencies();
  for (let request = failed; request < sent; request += 1) latencies.record(ms);
  return { scenario, latencies, sent, errors: new Map(failed > 0 ? [['503 unavailable', failed]] : []) };
}
const judgeAll = (of: (scenario: Scenario) => Requests, figures: Parameters<typeof judgeLoad>[1] = service) =>
  judgeLoad(
    scenarios.map((scenario) => measurementOf(scenario, of(scenario))),
    figures,
    { rate: 40, seconds: 10 },
  );
const judge = (...given: Parameters<typeof judgeAll>) =>
  new Map(judgeAll(...given).map((judgement) => [judgement.objective, { ...judgement, fails: isFailure(judgement) }]));
const isBatch = ({ endpoint }: Scenario) => endpoint === 'createBatch';

describe('judgeLoad', () => {
  test('judges each objective by its threshold', () => {
    const states = Object.fromEntries([...judge(() => ({}))].map(([name, { state }]) => [name, state]));
    expect(states).toEqual({
      apiLatency: 'met',
      graphqlLatency: 'met',
      workerLatency: 'met',
      sqlLatency: 'met',
      averageLatency: 'met',
      cacheHitRate: 'met',
      errors: 'met',
      cpu: 'met',
      memory: 'missed',
      connections: 'not measured',
    });
  });

  test('names the slowest scenario of an objective', () => {
    const { state, value, detail } = judge(({ endpoint }) => ({ ms: endpoint === 'query' ? 300 : 30 })).get('apiLatency') ?? {};
    expect({ state, detail }).toEqual({ state: 'missed', detail: 'queries' });
    expect(value).toBeCloseTo(0.3, 2);
  });

  test('counts failed requests as errors, not as fast responses', () => {
    expect(judge(() => ({ failed: 1 })).get('errors')).toMatchObject({ state: 'missed', value: 0.05 });
  });

  test('misses the objective of a scenario of which every request failed', () => {
    const judgements = judge((scenario) => ({ sent: isBatch(scenario) ? 24 : 10_000, failed: isBatch(scenario) ? 24 : 0 }));
    expect(judgements.get('workerLatency')).toMatchObject({ state: 'missed', detail: 'batches of 10: no request succeeded', fails: true });
    expect(judgements.get('errors')).toMatchObject({ state: 'missed', value: 1, detail: 'batches of 10' });
  });

  test.each([
    [{ sent: 24, failed: 2 }, 'missed'],
    [{ sent: 24, failed: 1 }, 'met'],
    [{ sent: 1, failed: 1 }, 'missed'],
    [{ sent: 300, failed: 2 }, 'met'],
  ])('judges the error rate of a scenario too, except of a single error: %j is %s', (batches, state) => {
    expect(judge((scenario) => (isBatch(scenario) ? batches : { sent: 10_000 })).get('errors')).toMatchObject({ state });
  });

  test('misses the objective at an error rate of exactly 1 %', () => {
    expect(judge(() => ({ sent: 200, failed: 2 })).get('errors')).toMatchObject({ state: 'missed', value: 0.01 });
  });

  test('fails if a scenario has too few responses for its quantile, with the seconds that suffice', () => {
    const { state, detail, fails } = judge((scenario) => ({ sent: isBatch(scenario) ? 4 : 20 })).get('workerLatency') ?? {};
    expect({ state, fails }).toEqual({ state: 'not measured', fails: true });
    expect(detail).toBe('batches of 10: 4 of 20 responses; run with --seconds 50');
  });

  test('misses an objective if one scenario is slow and another has too few responses', () => {
    const judgements = judge(({ endpoint }) => (endpoint === 'query' ? { ms: 300 } : { sent: 5 }));
    expect(judgements.get('apiLatency')).toMatchObject({ state: 'missed', detail: 'queries' });
  });

  test('fails without a request, and has no error rate', () => {
    const judgements = judge(() => ({ sent: 0 }));
    expect(judgements.get('errors')).toEqual({ objective: 'errors', state: 'not measured', detail: 'no request was sent', fails: true });
    for (const name of ['apiLatency', 'averageLatency'] as const)
      expect(judgements.get(name)).toMatchObject({ state: 'not measured', fails: true });
  });

  test('does not judge the latency of a scenario without an objective', () => {
    const judgements = new Map(
      judgeLoad(
        scenarios.map((scenario) =>
          scenario.callsModel ? measurementOf({ ...scenario, objective: undefined }, { ms: 4000 }) : measurementOf(scenario, {}),
        ),
        service,
        { rate: 40, seconds: 10 },
      ).map((judgement) => [judgement.objective, judgement]),
    );
    expect(judgements.get('apiLatency')).toMatchObject({ state: 'met' });
    expect(judgements.get('averageLatency')).toMatchObject({ state: 'met' });
  });

  test('fails if a process restarted, but not without its metrics', () => {
    const judgements = judge(() => ({}), { ...service, cpu: { fault: 'a restarted under load' }, sqlLatency: 'no /metrics' });
    expect(judgements.get('cpu')).toEqual({ objective: 'cpu', state: 'missed', detail: 'a restarted under load', fails: true });
    expect(judgements.get('sqlLatency')).toMatchObject({ state: 'not measured', fails: false });
  });
});
