import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { generateResponse } from '../../service/captions/schema.ts';
import { clearCacheResponse } from '../../service/system/schema.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { createReplicas, type Replica, statuses } from './replicas.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const replicas = createReplicas(given);
const withServers = given === undefined ? describe.skip : describe;
const withOwnServers = given?.own === undefined ? describe.skip : describe;
beforeAll(async () => {
  if (given !== undefined) await replicas.migrate();
});
afterEach(() => replicas.end());
afterAll(() => given?.end());

let made = 0;
/** Settings with a new API key. */
function withKey(requests: number) {
  const key = `key-of-the-tests-${process.pid}-${made++}`;
  return { key, settings: { VALID_API_KEYS: key, RATE_LIMIT_REQUESTS: String(requests), RATE_LIMIT_WINDOW: '600' } };
}
/** Sends concurrent requests, alternating between the replicas. */
const sendToBoth = (count: number, replicas: readonly [Replica, Replica], send: (replica: Replica) => Promise<Response>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index % 2 === 0 ? replicas[0] : replicas[1])));

withServers('two replicas on one Redis', () => {
  test('accept exactly 100 of 500 concurrent requests at a quota of 100', async () => {
    const { key, settings } = withKey(100);
    const both = await replicas.start(settings);
    expect(statuses(await sendToBoth(500, both, (replica) => generate(replica, g0, key)))).toEqual({ 200: 100, 429: 400 });
  });

  test('call the model once for 200 identical requests that are not cached', async () => {
    const upstream = await startUpstream(respondsWithText('{"captions": ["A dog at the sea"], "hashtags": []}', { delayMs: 300 }));
    const { key, settings } = withKey(1000);
    const both = await replicas.start({ ...settings, OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'none' });
    const answers = await sendToBoth(200, both, (replica) => generate(replica, g0, key));
    expect(statuses(answers)).toEqual({ 200: 200 });
    expect(upstream.requests).toHaveLength(1);
    await upstream.close();
  });

  test('both drop a cache that one of them clears', async () => {
    const { settings } = withKey(1000);
    const key = await replicas.adminKey();
    const both = await replicas.start(settings);
    const request = { ...g0, content_description: `A kite over the harbour ${Date.now()}` };
    const cached = async (replica: Replica) => generateResponse.parse(await (await generate(replica, request, key)).json()).cached;
    for (const replica of [both[0], both[1], both[0], both[1]]) await cached(replica);
    expect([await cached(both[0]), await cached(both[1])]).toEqual([true, true]);
    const { method, path } = endpoints.clearCache;
    const cleared = await fetch(both[0].url + path, { method, headers: { Authorization: `Bearer ${key}` } });
    expect(clearCacheResponse.parse(await cleared.json()).cleared).toBeGreaterThanOrEqual(1);
    await waitUntil(async () => (await cached(both[1])) === false);
    expect(await cached(both[0])).toBe(true);
  });
});

withOwnServers('stopped Redis', () => {
  test('leaves two replicas with local limits and one log line; the limits are shared again after recovery', async () => {
    const { key, settings } = withKey(20);
    const { key: later, settings: more } = withKey(20);
    const both = await replicas.start({ ...settings, VALID_API_KEYS: `${settings.VALID_API_KEYS},${more.VALID_API_KEYS}` });
    const send = (replica: Replica) => generate(replica, g0, key);
    expect(statuses(await sendToBoth(2, both, send))).toEqual({ 200: 2 });
    await given?.own?.redis.stop();
    expect(statuses(await sendToBoth(60, both, send))).toEqual({ 200: 40, 429: 20 });
    for (const { process } of both) expect(process.output().match(/Redis is down/g)).toHaveLength(1);
    await given?.own?.redis.start();
    for (const replica of both) {
      await waitUntil(async () => {
        await send(replica);
        return replica.process.output().includes('Redis is up');
      });
    }
    expect(statuses(await sendToBoth(60, both, (replica) => generate(replica, g0, later)))).toEqual({ 200: 20, 429: 40 });
  });
});
