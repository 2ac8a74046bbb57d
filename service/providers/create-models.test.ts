import { describe, expect, test } from '@jest/globals';
import type { ModelCall } from '../models/models.ts';
import { freeMeter } from '../testing/models.ts';
import { testSettings } from '../testing/service.ts';
import { respondsWithError, startUpstream } from '../testing/upstream.ts';
import { testCaller } from '../testing/usage-events.ts';
import { createModels, longestModelRequest } from './configuration.ts';

const settings = {
  TEXT_MODELS: undefined,
  OPENAI_API_KEY: undefined,
  OPENAI_BASE_URL: undefined,
  OPENAI_MODEL: 'gpt-4',
  OPENAI_MAX_TOKENS: 500,
};
const request = { description: 'coffee', style: 'casual', audience: 'general', language: undefined, count: 1 } as const;
const needs = ['captions'] as const;
const options = { caller: testCaller(), signal: new AbortController().signal, clientId: undefined, operation: 'generate' } as const;

describe('The text models of the settings', () => {
  test('are the offline one where neither a key nor an endpoint is named, and its calls are observed', async () => {
    const calls: ModelCall[] = [];
    const models = createModels(settings, freeMeter, (call) => calls.push(call));
    const { answer, routing, costMicros } = await models.captions({ needs }, request, options);
    expect(answer.model).toContain('offline');
    expect(routing).toMatchObject({ model: 'offline', failed: [], alternatives: [] });
    expect(costMicros).toBe(0);
    expect(calls).toMatchObject([{ model: 'offline', outcome: 'ok', usage: answer.usage, costMicros: 0 }]);
  });

  test.each([{ OPENAI_API_KEY: 'a-key' }, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }])('are the endpoint alone with %j', (given) => {
    const listed = createModels({ ...settings, ...given }, freeMeter, () => {}).list();
    expect(listed).toMatchObject([{ id: 'openai', name: 'gpt-4', fallbackOnly: false, healthy: true }]);
  });

  test.each([
    ['the default of one model', [{ provider: 'openai', id: 'a' }], 61],
    ['the timeout of one model', [{ provider: 'openai', id: 'a', timeout_seconds: 120 }], 121],
    [
      'each model in turn',
      [
        { provider: 'openai', id: 'a', timeout_seconds: 30 },
        { provider: 'offline', id: 'b' },
      ],
      93,
    ],
    ['no longer than the edge waits', [{ provider: 'openai', id: 'a', timeout_seconds: 600 }], 600],
  ])('limit a request that calls them to %s', (_what, list, seconds) => {
    expect(longestModelRequest(testSettings({ TEXT_MODELS: JSON.stringify(list) }))).toBe(seconds);
  });

  test('are those of TEXT_MODELS: the next one answers when the first does not, and both calls are observed', async () => {
    const upstream = await startUpstream(respondsWithError(401));
    const list = [
      { provider: 'openai', id: 'remote', base_url: upstream.url, api_key: 'a-key', model: 'big', timeout_seconds: 600 },
      { provider: 'offline', id: 'local' },
    ];
    const calls: ModelCall[] = [];
    const models = createModels(testSettings({ TEXT_MODELS: JSON.stringify(list) }), freeMeter, (call) => calls.push(call));
    const { routing } = await models.captions({ needs }, request, options);
    expect(routing).toMatchObject({ model: 'local', failed: [{ model: 'remote', failure: 'misconfigured' }] });
    expect(calls.map(({ model, outcome }) => [model, outcome])).toEqual([
      ['remote', 'misconfigured'],
      ['local', 'ok'],
    ]);
    expect(upstream.requests).toMatchObject([
      { path: '/v1/chat/completions', headers: { authorization: 'Bearer a-key' }, body: { model: 'big', max_tokens: 500 } },
    ]);
    await upstream.close();
  });

  test('say so when an endpoint cannot be reached', async () => {
    // Port 9 of this machine: nothing listens there.
    const models = createModels({ ...settings, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, freeMeter, () => {});
    await expect(models.captions({ needs }, request, options)).rejects.toMatchObject({
      failure: 'unreachable',
    });
  });
});
