import { expect, test } from '@jest/globals';
import { g0, generate, startService } from '../testing/service.ts';
import { until } from '../testing/until.ts';
import { hangs, startUpstream } from '../testing/upstream.ts';

test('A caller who leaves ends the call of the model, and is no error of the service', async () => {
  const upstream = await startUpstream(hangs);
  const service = await startService({ OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'none' });
  const controller = new AbortController();
  const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' };
  const left = generate(service, g0, 'user-key', { headers, signal: controller.signal });
  await until(() => upstream.requests.length > 0);
  controller.abort();
  await expect(left).rejects.toThrow();
  expect(await upstream.requests[0]?.ended).toBe('closed');
  await until(async () => (await service.parts.metrics.text()).includes('status="499"'));
  expect(service.lines.filter((line) => line.includes('"code":"internal"'))).toEqual([]);
  await service.close();
  await upstream.close();
});
