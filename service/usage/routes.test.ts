import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userRoles } from '../../contract/roles.ts';
import { hashKey } from '../accounts/key-hashing.ts';
import { testDatabase } from '../testing/database.ts';
import { g0, generate, startService, type TestService } from '../testing/service.ts';
import { testCaller } from '../testing/usage-events.ts';
import { usageResponse } from './schema.ts';
import { createUsageStore } from './store.ts';

const uuid = (last: string) => `0b0e4f7e-6e0a-4a53-9d3e-00000000000${last}`;
const callers = {
  one: testCaller({ id: `key:${uuid('1')}`, keyId: uuid('1') }),
  annsPhone: testCaller({ id: `key:${uuid('2')}`, keyId: uuid('2'), userId: uuid('a') }),
  annsLaptop: testCaller({ id: `key:${uuid('3')}`, keyId: uuid('3'), userId: uuid('a') }),
  admin: testCaller({ id: 'key:admin', permissions: userRoles.Admin }),
};
const byHash = new Map(Object.entries(callers).map(([name, caller]) => [hashKey(name), caller]));

let service: TestService;
beforeAll(async () => {
  service = await startService({}, { keyStore: { find: async (hash) => byHash.get(hash) }, usageStore: createUsageStore(testDatabase) });
  for (const key of ['one', 'one', 'annsPhone', 'annsLaptop']) expect((await generate(service, g0, key)).status).toBe(200);
  await service.dependencies.usage.metering.flushed();
});
afterAll(() => service.close());

function send(key: string, query = '') {
  return fetch(`${service.url}/api/v1/usage${query}`, { headers: { Authorization: `Bearer ${key}` } });
}
async function report(key: string, query = '') {
  const response = await send(key, query);
  expect(response.status).toBe(200);
  return usageResponse.strict().parse(await response.json());
}
const requests = ({ items }: Awaited<ReturnType<typeof report>>) => items.reduce((sum, row) => sum + row.requests, 0);

describe('GET /api/v1/usage', () => {
  test('returns the requests of a key, of which only the first was not served from the cache', async () => {
    const { items, group_by } = await report('one', '?group_by=client');
    expect(group_by).toBe('client');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ group: g0.client_id, requests: 2, cached: 1, cost_micros: 0 });
    expect(items[0]?.completion_tokens).toBeGreaterThan(0);
  });

  test('returns the requests of all keys of a user, or of one key if it is requested', async () => {
    expect(requests(await report('annsPhone'))).toBe(2);
    expect((await report('annsPhone', '?group_by=key')).items.map(({ group }) => group)).toEqual([
      callers.annsPhone.id,
      callers.annsLaptop.id,
    ]);
    expect(requests(await report('annsPhone', `?key_id=${uuid('3')}`))).toBe(1);
    expect(requests(await report('annsPhone', `?key_id=${uuid('1')}`))).toBe(0);
  });

  test('returns all usage to administrators', async () => {
    expect(requests(await report('admin'))).toBe(4);
    expect(requests(await report('admin', `?key_id=${uuid('1')}&bucket=month`))).toBe(2);
    expect((await report('admin', '?group_by=operation')).items).toMatchObject([{ group: 'generate', requests: 4, cached: 3 }]);
  });

  test.each([
    ['?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '/from'],
    ['?from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z&bucket=minute', '/bucket'],
    ['?bucket=year', '/bucket'],
    ['?from=yesterday', '/from'],
    ['?key_id=1', '/key_id'],
    ['?bucket=day&bucket=hour', '/bucket'],
    ['?since=2026-01-01T00:00:00Z', '/since'],
  ])('rejects %s and names %s', async (query, pointer) => {
    const response = await send('one', query);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });
});
