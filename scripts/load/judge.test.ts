import { describe, expect, test } from '@jest/globals';
import { judgeLoad } from './judge.ts';
import { createLatencies } from './latencies.ts';
import type { Measurement } from './measure.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const service = { sqlLatency: 0.049, cacheHitRate: 0.93, cpu: 0.2, memory: 0.81, connections: 'the embedded database has one connection' };

/** Twenty requests of one duration, of which some failed. */
function measurementOf(scenario: Scenario, ms: number, failed = 0): Measurement {
  const latencies = createLatencies();
  for (let request = failed; request < 20; request += 1) latencies.record(ms);
  return { scenario, latencies, sent: 20, errors: new Map(failed > 0 ? [['503 unavailable', failed]] : []) };
}
const judge = (ms: (scenario: Scenario) => number, failed = 0) => {
  const judgements = judgeLoad(
    scenarios.map((scenario) => measurementOf(scenario, ms(scenario), failed)),
    service,
  );
  return new Map(judgements.map((judgement) => [judgement.objective, judgement]));
};

describe('judgeLoad', () => {
  test('judges each objective by its threshold', () => {
    const states = Object.fromEntries([...judge(() => 30)].map(([name, { state }]) => [name, state]));
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
    const { state, value, detail } = judge(({ endpoint }) => (endpoint === 'query' ? 300 : 30)).get('apiLatency') ?? {};
    expect({ state, detail }).toEqual({ state: 'missed', detail: 'queries' });
    expect(value).toBeCloseTo(0.3, 2);
  });

  test('counts failed requests as errors, not as fast responses', () => {
    const judgements = judge(() => 30, 1);
    expect(judgements.get('errors')).toMatchObject({ state: 'missed', value: 0.05 });
  });

  test('measures no latency if every request failed', () => {
    const judgements = judge(() => 30, 20);
    expect(judgements.get('errors')).toMatchObject({ state: 'missed', value: 1 });
    expect(judgements.get('graphqlLatency')).toMatchObject({ state: 'not measured', detail: 'no request succeeded' });
  });
});
