import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { detailedResponse } from '../../service/system/schema.ts';
import { spawnService } from '../../service/testing/process.ts';
import { generate } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findOnPath, freePort, startRedis } from './servers.ts';

const key = 'key-of-the-rejected-writes';
const withRedis = findOnPath('redis-server') === undefined ? describe.skip : describe;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Ways to make Redis reject writes while it serves reads, and how to undo them. */
const failures: readonly (readonly [string, (redis: Redis) => Promise<unknown>, (redis: Redis) => Promise<unknown>])[] = [
  ['is out of memory', (redis) => redis.config('SET', 'maxmemory', '1'), (redis) => redis.config('SET', 'maxmemory', '0')],
  [
    'could not save its data',
    async (redis) => {
      await redis.config('SET', 'save', '3600 1');
      await redis.set('unsaved', '1');
      await redis.call('BGSAVE');
      await waitUntil(async () => (await redis.info('persistence')).includes('rdb_last_bgsave_status:err'));
    },
    // Without save points, the server also exits without saving.
    (redis) => redis.config('SET', 'save', '').then(() => redis.config('SET', 'stop-writes-on-bgsave-error', 'no')),
  ],
  [
    'has become a replica',
    async (redis) => redis.call('REPLICAOF', '127.0.0.1', await freePort()),
    (redis) => redis.call('REPLICAOF', 'NO', 'ONE'),
  ],
];

withRedis('Redis that rejects writes', () => {
  test.each(failures)('because it %s is reported as down with one log line until it accepts writes', async (_, reject, accept) => {
    // A folder with the name of the dump makes every save fail.
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-dump-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'dump.rdb'));
    const server = await startRedis(`enable-protected-configs yes\nmaxmemory-policy noeviction\n`);
    if (server === undefined) throw new Error('Redis is installed');
    cleanups.push(server.remove);
    const redis = new Redis(server.url);
    cleanups.push(() => redis.disconnect());
    await redis.config('SET', 'dir', folder);
    const service = spawnService({
      ROLE: 'api',
      DATABASE_URL: 'postgresql://user@127.0.0.1:1/none',
      REDIS_URL: server.url,
      VALID_API_KEYS: key,
    });
    cleanups.push(service.end);
    const url = await service.url();
    const cache = async () => {
      const detailed = detailedResponse.parse(await (await fetch(`${url}/health/detailed`)).json());
      return detailed.dependencies.cache.state;
    };
    const isUp = async () => /instagram_captions_dependency_up\{dependency="cache"\} 1/.test(await (await fetch(`${url}/metrics`)).text());
    await waitUntil(cache, (state) => state === 'up');
    await reject(redis);
    await waitUntil(cache, (state) => state === 'down');
    expect(await isUp()).toBe(false);
    for (let call = 0; call < 5; call++) expect((await generate({ url }, undefined, key)).status).toBe(200);
    await service.printed(/(Redis is down)/);
    expect(service.output().match(/Redis is down/g)).toHaveLength(1);
    expect(service.output()).not.toContain('Redis is up');
    await accept(redis);
    await waitUntil(cache, (state) => state === 'up');
    expect(await isUp()).toBe(true);
    await waitUntil(async () => {
      await generate({ url }, undefined, key);
      return service.output().includes('Redis is up');
    });
  });
});
