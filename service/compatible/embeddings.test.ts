import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { openAiErrorResponse } from '../http/problem-schemas.ts';
import { startService, type TestService } from '../testing/service.ts';
import { respondsWithError, respondsWithJson, startUpstream, type Upstream } from '../testing/upstream.ts';
import { memoryUsage } from '../testing/usage.ts';
import { embeddings } from './schema.ts';

const usage = memoryUsage();
const vector = (index: number, embedding: unknown = [index, 0.5]) => ({ object: 'embedding', index, embedding });
const vectors = (data: readonly object[], more: object = {}) => respondsWithJson({ object: 'list', data, model: 'fake-1', ...more });
const counted = { usage: { prompt_tokens: 30, total_tokens: 30 } };

let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(vectors([vector(0)], counted));
  const endpoint = { provider: 'openai', base_url: upstream.url, api_key: 'k', price: { input: 2, output: 0 }, context_tokens: 100 };
  const models = [
    { ...endpoint, id: 'vectors' },
    { ...endpoint, id: 'chat-only', capabilities: ['chat'] },
    { provider: 'offline', id: 'offline' },
  ];
  service = await startService({ TEXT_MODELS: JSON.stringify(models) }, { usageStore: usage });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const post = (body: object) =>
  fetch(`${service.url}${endpoints.embeddings.path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'vectors', input: 'A red bicycle', ...body }),
  });
const embed = async (body: object) => embeddings.strict().parse(await (await post(body)).json());
async function rejection(body: object) {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  return openAiErrorResponse.strict().parse(await answer.json()).error;
}
const recordedOf = async (clientId: string) => {
  await service.dependencies.usage.metering.flushed();
  return usage.rows().filter(({ client_id }) => client_id === clientId);
};

describe('Embeddings', () => {
  test.each<[string, unknown]>([
    ['a text', 'A red bicycle'],
    ['a list of texts', ['A red bicycle', 'A blue car']],
    ['tokens', [1, 2, 3]],
    ['lists of tokens', [[1, 2], [3]]],
  ])('of %s are requested from the model with every field of the caller', async (_what, input) => {
    upstream.setBehaviours(vectors([vector(0)], counted));
    const before = upstream.requests.length;
    await embed({ input, dimensions: 256, encoding_format: 'float', a_new_field: 1 });
    const { path, body } = upstream.requests[before] ?? {};
    expect(path).toBe('/v1/embeddings');
    expect(body).toMatchObject({ model: 'vectors', input, dimensions: 256, encoding_format: 'float', a_new_field: 1 });
  });

  test('are returned in their order with the usage, which is recorded with its cost', async () => {
    upstream.setBehaviours(vectors([vector(1), vector(0)], counted));
    const answer = await embed({ input: ['a', 'b'], user: 'counted' });
    expect(answer.data.map(({ index, embedding }) => [index, embedding])).toEqual([
      [0, [0, 0.5]],
      [1, [1, 0.5]],
    ]);
    expect(answer).toMatchObject({ object: 'list', model: 'vectors', usage: { prompt_tokens: 30, total_tokens: 30 } });
    const row = { operation: 'embedding', model: 'fake-1', prompt_tokens: 30, completion_tokens: 0, cost_micros: 60 };
    expect(await recordedOf('counted')).toMatchObject([row]);
  });

  test('keep their numbers, and base64 stays base64', async () => {
    const numbers = [0.1, -1e-7, 0.30000000000000004];
    upstream.setBehaviours(vectors([vector(0, numbers)], counted), vectors([vector(0, 'AACAPwAAAEA=')], counted));
    expect((await embed({})).data[0]?.embedding).toEqual(numbers);
    expect((await embed({ encoding_format: 'base64' })).data[0]?.embedding).toBe('AACAPwAAAEA=');
  });

  test('have an estimated usage if the model counts none', async () => {
    upstream.setBehaviours(vectors([vector(0)]));
    expect((await embed({ input: 'Twelve bytes', user: 'estimated' })).usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(await recordedOf('estimated')).toMatchObject([{ prompt_tokens: 3, cost_micros: 6 }]);
  });

  test.each(['chat-only', 'offline'])(
    'of the model %s, which has none, are rejected with the field and the models that have them',
    async (model) => {
      const error = await rejection({ model });
      expect(error).toMatchObject({ code: 'invalid_request', param: 'model' });
      expect(error.message).toMatch(new RegExp(`${model} does not support embeddings; models that support the request: vectors$`));
    },
  );

  test('of auto are those of a model that has them', async () => {
    upstream.setBehaviours(vectors([vector(0)], counted));
    expect((await embed({ model: 'auto' })).model).toBe('vectors');
  });

  test('of one text that is longer than the context window are rejected; many texts that fit are not', async () => {
    upstream.setBehaviours(vectors([vector(0)], counted));
    const fitting = 'x'.repeat(400);
    expect((await post({ input: Array.from({ length: 20 }, () => fitting) })).status).toBe(200);
    expect((await rejection({ input: [`${fitting} too long`] })).message).toContain('context window');
  });

  test.each<[string, unknown]>([
    ['an empty text', ''],
    ['no text', []],
    ['a number', 7],
  ])('of %s are rejected with the field', async (_what, input) => expect(await rejection({ input })).toMatchObject({ param: 'input' }));

  test('that the model rejects are an error with what it says', async () => {
    upstream.setBehaviours(respondsWithError(400));
    expect(await rejection({})).toMatchObject({ code: 'model_rejected', message: 'rejected' });
  });
});
