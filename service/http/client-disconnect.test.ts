import { expect, test } from '@jest/globals';
import { g0, generate, startService } from '../testing/service.ts';
import { neverResponds, startUpstream } from '../testing/upstream.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('A caller who leaves ends the call of the model, and is no error of the service', async () => {
  const upstream = await startUpstream(neverResponds);
  const service = await startService({ OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'none' });
  const controller = new AbortController();
  const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' };
  const left = generate(service, g0, 'user-key', { headers, signal: controller.signal });
  await waitUntil(() => upstream.requests.length > 0);
  controller.abort();
  await expect(left).rejects.toThrow();
  expect(await upstream.requests[0]?.ended).toBe('closed');
  await waitUntil(async () => (await service.dependencies.metrics.render()).includes('status="499"'));
  expect(service.lines.filter((line) => line.includes('"code":"internal"'))).toEqual([]);
  await service.close();
  await upstream.close();
});
