import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Redis } from '../redis/redis.ts';
import { memoryRedis } from '../testing/redis.ts';
import { g0, generate, startService } from '../testing/service.ts';
import { respondsWithError, respondsWithText, startUpstream } from '../testing/upstream.ts';
import { generateResponse } from './schema.ts';

test('captions of a fallback are cached for ten seconds, those of the preferred model for the TTL of the cache', async () => {
  const redis = memoryRedis();
  const seconds: number[] = [];
  const shared: Redis = { ...redis, setIfUnchanged: (...given) => redis.setIfUnchanged(...given).finally(() => seconds.push(given[2])) };
  const upstream = await startUpstream(respondsWithText(JSON.stringify({ captions: ['A dog'], hashtags: [], language: 'en' })));
  const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
  const setting = { TEXT_MODELS: JSON.stringify([fake, { provider: 'offline', id: 'offline' }]), CACHE_TTL: '3600' };
  const service = await startService(setting, { redis: shared });
  const captionFor = async (content_description: string) => {
    const { caption } = generateResponse.parse(await (await generate(service, { ...g0, content_description })).json());
    await turn();
    return caption;
  };
  expect(await captionFor('before the outage')).toBe('A dog');
  // Rejected: the model is called each time. With a long Retry-After: its circuit is open.
  upstream.setBehaviours(respondsWithError(401));
  await captionFor('rejected');
  upstream.setBehaviours(respondsWithError(429, { 'Retry-After': '60' }));
  await captionFor('retry later');
  const calls = upstream.requests.length;
  await captionFor('circuit open');
  expect(upstream.requests.length).toBe(calls);
  expect(seconds).toEqual([3600, 10, 10, 10]);
  await service.close();
  await upstream.close();
});
