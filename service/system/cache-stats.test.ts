import { expect, test } from '@jest/globals';
import { endpoints } from '../contract/endpoints.ts';
import { generate, startService } from '../testing/service.ts';
import { cacheStatsResponse, clearCacheResponse } from './schema.ts';

test('The cache tells its hits and misses, and that it has no Redis', async () => {
  const service = await startService();
  const stats = async () => cacheStatsResponse.strict().parse(await (await fetch(service.url + endpoints.cacheStats.path)).json());
  expect(await stats()).toEqual({ kind: 'memory', connected_clients: null, hits: { memory: 0, redis: 0 }, misses: 0, hit_rate: null });
  for (let count = 0; count < 4; count += 1) await generate(service);
  expect(await stats()).toMatchObject({ hits: { memory: 3, redis: 0 }, misses: 1, hit_rate: 0.75 });
  await service.close();
});

test('The cache is emptied by an administrator and by nobody else', async () => {
  const service = await startService();
  const { method, path } = endpoints.clearCache;
  const clear = (key: string) => fetch(service.url + path, { method, headers: { Authorization: `Bearer ${key}` } });
  await generate(service);
  expect((await clear('user-key')).status).toBe(403);
  expect(await (await generate(service)).json()).toMatchObject({ cached: true });
  expect(clearCacheResponse.strict().parse(await (await clear('admin-key')).json())).toEqual({ cleared: 1 });
  expect(await (await generate(service)).json()).toMatchObject({ cached: false });
  await service.close();
});
