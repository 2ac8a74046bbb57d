import { expect, test } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { generate, startService } from '../testing/service.ts';

test('The cache reports its hits and misses, and that it has no Redis', async () => {
  const service = await startService();
  const stats = () => createClient({ baseUrl: service.url }).call('cacheStats');
  expect(await stats()).toEqual({ kind: 'memory', connected_clients: null, hits: { memory: 0, redis: 0 }, misses: 0, hit_rate: null });
  for (let count = 0; count < 4; count += 1) await generate(service);
  expect(await stats()).toMatchObject({ hits: { memory: 3, redis: 0 }, misses: 1, hit_rate: 0.75 });
  await service.close();
});

test('The cache is cleared by administrators only', async () => {
  const service = await startService();
  const clear = (credential: string) => createClient({ baseUrl: service.url, credential }).call('clearCache');
  await generate(service);
  await expect(clear('user-key')).rejects.toMatchObject({ status: 403 });
  expect(await (await generate(service)).json()).toMatchObject({ cached: true });
  expect(await clear('admin-key')).toEqual({ cleared: 1 });
  expect(await (await generate(service)).json()).toMatchObject({ cached: false });
  await service.close();
});
