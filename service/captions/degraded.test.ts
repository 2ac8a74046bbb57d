import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Redis } from '../redis/redis.ts';
import { memoryRedis } from '../testing/redis.ts';
import { g0, generate, startService } from '../testing/service.ts';
import { respondsWithError, respondsWithText, startUpstream } from '../testing/upstream.ts';
import { generateResponse } from './schema.ts';

test('Captions that a stand-in wrote are kept for a moment only, those of the model for the time of the cache', async () => {
  const redis = memoryRedis();
  const seconds: number[] = [];
  const shared: Redis = { ...redis, setIfUnchanged: (...given) => redis.setIfUnchanged(...given).finally(() => seconds.push(given[2])) };
  const upstream = await startUpstream(respondsWithText(JSON.stringify({ captions: ['A dog'], hashtags: [], language: 'en' })));
  const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
  const setting = { TEXT_MODELS: JSON.stringify([fake, { provider: 'offline', id: 'offline' }]), CACHE_TTL: '3600' };
  const service = await startService(setting, { redis: shared });
  const ask = async (content_description: string) => {
    const { caption } = generateResponse.parse(await (await generate(service, { ...g0, content_description })).json());
    await turn();
    return caption;
  };
  expect(await ask('before the outage')).toBe('A dog');
  // Refused: the model is tried each time. Left alone with Retry-After: it is not tried at all.
  upstream.setBehaviours(respondsWithError(401));
  await ask('refused');
  upstream.setBehaviours(respondsWithError(429, { 'Retry-After': '60' }));
  await ask('asked to wait');
  const asked = upstream.requests.length;
  await ask('left alone');
  expect(upstream.requests.length).toBe(asked);
  expect(seconds).toEqual([3600, 10, 10, 10]);
  await service.close();
  await upstream.close();
});
