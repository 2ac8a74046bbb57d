import { describe, expect, test } from '@jest/globals';
import { startService } from '../testing/service.ts';
import { respondsWithError, startUpstream } from '../testing/upstream.ts';

const key = 'hunter2-hunter2';
const faultsIn = (lines: readonly string[]) =>
  lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ level, model }) => level === 'error' && model !== undefined);

test('Failures of each model are counted from 0, so that the first ones are an increase', async () => {
  const service = await startService({ TEXT_MODELS: JSON.stringify([{ provider: 'offline', id: 'offline' }]) });
  const text = await service.dependencies.metrics.render();
  for (const outcome of ['error', 'timeout', 'misconfigured', 'quota_exhausted'])
    expect(text).toContain(`model_requests_total{model="offline",outcome="${outcome}"} 0`);
  await service.close();
});

describe('A fault that only the operator can correct', () => {
  test.each([
    ['a rejected key', 401, 'misconfigured'],
    ['an unknown model', 404, 'misconfigured'],
    ['an account without credit', 402, 'quota_exhausted'],
  ])('is counted and logged once a minute although another model answers: %s', async (_what, status, outcome) => {
    const upstream = await startUpstream(respondsWithError(status));
    const models = [
      { provider: 'openai', id: 'paid', base_url: upstream.url, api_key: key },
      { provider: 'offline', id: 'offline' },
    ];
    const service = await startService({ TEXT_MODELS: JSON.stringify(models) });
    const counted = async () =>
      (await service.dependencies.metrics.render()).match(
        new RegExp(`model_requests_total\\{model="paid",outcome="${outcome}"\\} (\\d+)`),
      )?.[1];
    try {
      expect(await counted()).toBe('0');
      for (let call = 0; call < 2; call++) {
        const response = await fetch(`${service.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
          body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }),
        });
        expect(response.status).toBe(200);
      }
      expect(Number(await counted())).toBeGreaterThan(0);
      expect(faultsIn(service.lines)).toMatchObject([{ model: 'paid', outcome, reason: `the endpoint returned ${status}` }]);
      expect(service.lines.join()).not.toContain(key);
    } finally {
      await service.close();
      await upstream.close();
    }
  });
});
