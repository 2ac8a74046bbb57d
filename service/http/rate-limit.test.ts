import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { memoryRedis } from '../testing/redis.ts';
import { g0, generate, startService } from '../testing/service.ts';

const statuses = (responses: readonly Response[]) =>
  Object.fromEntries([...Map.groupBy(responses, ({ status }) => status)].map(([status, list]) => [status, list.length]));
const together = (count: number, ask: () => Promise<Response>) => Promise.all(Array.from({ length: count }, ask));

describe('The limit of a key', () => {
  test('lets exactly its quota through, however many ask at once, and tells when to come back', async () => {
    const service = await startService();
    const responses = await together(20, () => generate(service, g0, 'three-requests-key'));
    expect(statuses(responses)).toEqual({ 200: 3, 429: 17 });
    const refused = responses.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
    expect(refused?.headers.get('X-RateLimit-Limit')).toBe('3');
    expect(refused?.headers.get('X-RateLimit-Remaining')).toBe('0');
    expect(await refused?.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    await service.close();
  });

  test('is the default quota where a key of VALID_API_KEYS calls', async () => {
    const service = await startService({ VALID_API_KEYS: 'configured-key-0001', RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_WINDOW: '60' });
    expect(statuses(await together(8, () => generate(service, g0, 'configured-key-0001')))).toEqual({ 200: 5, 429: 3 });
    await service.close();
  });

  test('ends with its window, and Retry-After is never 0', async () => {
    const service = await startService({ VALID_API_KEYS: 'configured-key-0001', RATE_LIMIT_REQUESTS: '1', RATE_LIMIT_WINDOW: '1' });
    const ask = () => generate(service, g0, 'configured-key-0001');
    expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, expect.stringMatching(/^[12]$/)]);
    await sleep(Number(refused.headers.get('Retry-After')) * 1000);
    expect((await ask()).status).toBe(200);
    await service.close();
  });
});

describe('The limit of an address', () => {
  test('counts what shows no valid credential, whatever key it tries, and leaves valid keys alone', async () => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '10' });
    let guess = 0;
    expect(statuses(await together(15, () => generate(service, g0, `guess-${guess++}`)))).toEqual({ 401: 10, 429: 5 });
    expect((await fetch(`${service.url}/nothing/here`)).status).toBe(429);
    expect((await generate(service)).status).toBe(200);
    await service.close();
  });

  test('never stops probes and scrapers', async () => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '1' });
    for (const path of ['/health', '/ready', '/metrics']) {
      expect(statuses(await together(5, () => fetch(service.url + path)))).toEqual({ 200: 5 });
    }
    await service.close();
  });
});

test('With Redis away the limit goes on in the process and is counted as a fallback', async () => {
  const redis = memoryRedis();
  redis.away(true);
  const service = await startService({}, { redis });
  expect(statuses(await together(6, () => generate(service, g0, 'three-requests-key')))).toEqual({ 200: 3, 429: 3 });
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain('instagram_captions_fallbacks_total{dependency="cache",operation="limit"} 6');
  await service.close();
});
