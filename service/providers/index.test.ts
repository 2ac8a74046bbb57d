import { describe, expect, test } from '@jest/globals';
import { createTextModel } from './index.ts';
import type { ModelCall } from './resilience.ts';

const settings = { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined, OPENAI_MODEL: 'gpt-4', OPENAI_MAX_TOKENS: 500 };
const request = { description: 'coffee', style: 'casual', audience: 'general', language: undefined, count: 1 } as const;

describe('The text model of the settings', () => {
  test('is the offline one where neither a key nor an endpoint is named, and its calls are observed', async () => {
    const calls: ModelCall[] = [];
    const model = createTextModel(settings, (call) => calls.push(call));
    expect((await model.writeCaptions(request, new AbortController().signal)).model).toContain('offline');
    expect(calls).toMatchObject([{ model: 'offline', outcome: 'ok' }]);
  });

  test.each([{ OPENAI_API_KEY: 'a-key' }, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }])('is the endpoint with %j', (given) =>
    expect(createTextModel({ ...settings, ...given }, () => {}).id).toBe('openai'),
  );

  test('says so when its endpoint cannot be reached', async () => {
    // Port 9 of this machine: nothing listens there.
    const model = createTextModel({ ...settings, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, () => {});
    await expect(model.writeCaptions(request, new AbortController().signal)).rejects.toMatchObject({ failure: 'unreachable' });
  });
});
