import { describe, expect, test } from '@jest/globals';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import { runLoad } from './run.ts';
import { scenarios } from './scenarios.ts';
import type { Send } from './send.ts';

const offline = {
  id: 'offline',
  name: 'offline',
  description: '',
  capabilities: [],
  languages: null,
  price_per_million: { input: 0, output: 0 },
  price_known: true,
  typical_latency_ms: 5,
  context_tokens: 1000,
  max_tokens: 500,
  fallback_only: true,
  healthy: true,
};
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const caption = { caption: 'Rain.', alternatives: [], hashtags: [], style: 'casual', audience: 'general', language: 'en' };
const id = '8d8ac610-566d-4ef0-9c22-186b2a5ed793';
const routing = { model: 'm', reason: 'named', alternatives: [], failed: [] };
const time = '2026-01-01T00:00:00.000Z';
const batch = { id, status: 'done', total: 10, succeeded: 10, failed: 0, created_at: time, started_at: time, finished_at: time };
const replies: Readonly<Partial<Record<EndpointName, readonly [status: number, body: object]>>> = {
  models: [200, { items: [offline], next: null }],
  generate: [200, { id, ...caption, model: 'm', cached: true, usage }],
  query: [200, { id, query: 'q', result: 'r', routing, context: null, execution: null, usage, cost_micros: 0 }],
  graphql: [200, { data: { models: [] } }],
  health: [200, { status: 'healthy', version: '4', release: 'r', database: 'up', cache: 'up', uptime_seconds: 1 }],
  createBatch: [202, batch],
  readBatch: [200, batch],
};

/** Runs the load at a service with these replies in place of the usual ones. */
async function run(changed: typeof replies, { paid = false, rate = 200 } = {}) {
  const bodies: (readonly [EndpointName, string])[] = [];
  const send: Send = async (endpoint, body) => {
    bodies.push([endpoint, JSON.stringify(body)]);
    const [status, answer] = changed[endpoint] ?? replies[endpoint] ?? [404, {}];
    return { status, header: () => undefined, text: JSON.stringify(answer) };
  };
  const read = () => Promise.reject(new Error('no metrics'));
  const result = await runLoad(send, read, { rate, seconds: 1, paid }, () => {}, new AbortController().signal);
  return { ...result, bodies, sent: result.measurements.map(({ scenario }) => scenario.name) };
}
const names = scenarios.map(({ name }) => name);
const model = (changed: object): typeof replies => ({
  models: [200, { items: [{ ...offline, fallback_only: false, ...changed }, offline], next: null }],
});

describe('runLoad', () => {
  test('sends every scenario to a service with the offline model', async () => {
    const { sent, notes, measurements } = await run({});
    expect(sent).toEqual(names);
    expect(notes).toEqual([]);
    expect(measurements.flatMap(({ errors }) => [...errors])).toEqual([]);
  });

  test('rejects a service that redirects every request', async () => {
    const redirect = [308, {}] as const;
    await expect(run({ models: redirect })).rejects.toThrow('GET /api/v1/models (the models) returns 308');
    await expect(run({ health: redirect })).rejects.toThrow('GET /health (health) returns 308');
  });

  test.each(['models', 'generate', 'query', 'graphql', 'createBatch'] as const)(
    'rejects a %s reply with the body of another',
    async (name) => {
      await expect(run({ [name]: [200, { status: 'ok' }] })).rejects.toThrow('returns 200 with another body than that of the endpoint');
    },
  );

  test('counts a reply with another body during the run as an error', async () => {
    let replied = 0;
    const changed: typeof replies = {
      get health() {
        replied += 1;
        return replied === 1 ? ([200, replies.health?.[1] ?? {}] as const) : ([200, { status: 'ok' }] as const);
      },
    };
    const { measurements } = await run(changed);
    const health = measurements.find(({ scenario }) => scenario.name === 'health');
    expect(health?.latencies.count()).toBe(0);
    expect(health?.errors.get('200 with another body than that of the endpoint')).toBe(health?.sent);
  });

  test.each([
    ['has a price', { price_per_million: { input: 1, output: 2 } }],
    ['has no known price', { price_known: false }],
  ])('sends nothing to a text model that %s, unless it may', async (_what, changed) => {
    const free = names.filter((name) => name !== 'captions, new' && name !== 'queries');
    const { sent, notes, bodies } = await run(model(changed));
    expect(sent).toEqual(free);
    expect(notes).toEqual([expect.stringContaining('left out, because a text model charges for them')]);
    expect(JSON.stringify(bodies)).not.toMatch(/picture|What is/);
    expect((await run(model(changed), { paid: true })).sent).toEqual(names);
  });

  test('prints but does not judge the latency of a free model, of which batches do not depend', async () => {
    const { sent, notes, measurements, bodies } = await run(model({}));
    expect(sent).toEqual(names);
    expect(measurements.filter(({ scenario }) => scenario.objective === undefined).map(({ scenario }) => scenario.name)).toEqual([
      'captions, new',
      'queries',
    ]);
    expect(notes).toEqual(['latencies not judged, because they are those of a text model: captions, new; queries']);
    const batches = bodies.filter(([endpoint]) => endpoint === 'createBatch');
    expect(JSON.stringify(batches)).not.toMatch(/picture|What is/);
  });

  test('measures nothing if no request is due', async () => {
    const { judgements } = await run({}, { rate: 1 });
    expect(judgements.filter(({ state }) => state === 'met')).toEqual([]);
    expect(judgements.find(({ objective }) => objective === 'errors')).toMatchObject({ state: 'not measured' });
  });
});
