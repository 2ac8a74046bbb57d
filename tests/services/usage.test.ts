import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { generateKey, hashKey } from '../../service/accounts/key-hashing.ts';
import { openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { type Load, load } from '../../service/testing/load.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate, testSettings } from '../../service/testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../../service/testing/upstream.ts';
import { testCaller, testUsage } from '../../service/testing/usage-events.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { createMetering } from '../../service/usage/metering.ts';
import { createUsageStore } from '../../service/usage/store.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const withOwnServers = given?.own === undefined ? describe.skip : describe;
const silent = createLogger('silent', { write: () => {} });

let fresh: FreshDatabase | undefined;
const database = () => {
  if (fresh === undefined) throw new Error('no database');
  return fresh;
};
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
beforeEach(async () => {
  if (fresh !== undefined) await sql`truncate usage_events, budgets, budget_reservations`.execute(fresh.database.db);
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

const running: ServiceProcess[] = [];
let upstream: Upstream | undefined;
afterEach(async () => {
  await upstream?.close();
  await Promise.all(running.splice(0).map((process) => process.end()));
});
async function start(environment: Record<string, string> = {}) {
  const process = spawnService({ ROLE: 'api', DATABASE_URL: database().url, REDIS_URL: given?.redisUrl ?? '', ...environment });
  running.push(process);
  return { process, url: await process.url() };
}

/** Creates a key with a high quota and optionally a budget. */
async function newKey(budget_micros: number | null = null) {
  const key = generateKey();
  const values = { key_hash: hashKey(key), client_name: 'test', rate_limit_requests: 1_000_000, expires_at: null, permissions: null };
  const row = await database()
    .database.db.insertInto('api_keys')
    .values({ ...values, budget_micros })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { key, id: row.id };
}

const headersOf = (key: string) => ({ Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' });
const loading = (url: string, key: string, done: AbortSignal): Promise<Load> =>
  load(`${url}/api/v4/generate`, 16, { headers: headersOf(key), body: JSON.stringify(g0) }, done);

/** Number of recorded requests and of their rows. */
async function stored(keyId: string) {
  const { rows } = await sql<{ requests: number; rows: number }>`
    select coalesce(sum(requests), 0)::int as requests, count(*)::int as rows from usage_events where key_id = ${keyId}`.execute(
    database().database.db,
  );
  return rows[0] ?? { requests: 0, rows: 0 };
}

withServers('metering', () => {
  test('loses no request when a process is stopped under load, and stores few rows', async () => {
    const { key, id } = await newKey();
    const { process, url } = await start();
    const done = loading(url, key, new AbortController().signal);
    await sleep(1500);
    process.signal('SIGTERM');
    const { responses, failures } = await done;
    expect((await process.exited).code).toBe(0);
    expect(failures).toEqual([]);
    const { requests, rows } = await stored(id);
    expect(requests).toBe(responses[200]);
    expect(requests).toBeGreaterThan(100);
    expect(rows).toBeLessThan(requests / 10);
  });
});

withOwnServers('PostgreSQL down', () => {
  test('for three seconds under load loses no request and counts none twice', async () => {
    const { key, id } = await newKey();
    const { process, url } = await start();
    expect((await generate({ url }, g0, key)).status).toBe(200);
    const end = new AbortController();
    const done = loading(url, key, end.signal);
    await sleep(700);
    await given?.own?.postgres.stop();
    await sleep(3000);
    const buffered = /usage_buffered_rows (\d+)/.exec(await (await fetch(`${url}/metrics`)).text());
    expect(Number(buffered?.[1])).toBeGreaterThan(0);
    await given?.own?.postgres.start();
    await sleep(300);
    end.abort();
    const { responses, failures } = await done;
    process.signal('SIGTERM');
    expect((await process.exited).code).toBe(0);
    expect(failures).toEqual([]);
    expect(Object.keys(responses)).toEqual(['200']);
    expect((await stored(id)).requests).toBe((responses[200] ?? 0) + 1);
  });
});

withServers('budget', () => {
  test('is never exceeded by two processes: they accept exactly the affordable part of 200 concurrent requests', async () => {
    const [cost, budget] = [70, 5000];
    const { id } = await newKey(budget);
    const settings = testSettings({ DATABASE_URL: database().url, DATABASE_POOL_SIZE: '10' });
    const processes = await Promise.all(
      [1, 2].map(async () => {
        const own = await openDatabase(settings, silent);
        return { own, metering: createMetering({ store: createUsageStore(own.db), log: silent, metrics: createMetrics() }) };
      }),
    );
    const caller = testCaller({ id: `key:${id}`, keyId: id, budgetMicros: budget });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { metering } = processes[index % 2] ?? {};
        try {
          const reservation = await metering?.reserve(caller, cost);
          await sleep(index % 7);
          reservation?.settle(cost);
          metering?.record(testUsage({ caller, costMicros: cost }));
          return 'accepted';
        } catch (error) {
          return error instanceof Error && 'code' in error ? error.code : error;
        }
      }),
    );
    for (const { metering, own } of processes) {
      await metering.flushed();
      await own.close();
    }
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(Math.floor(budget / cost));
    expect(outcomes.filter((outcome) => outcome === 'budget_exhausted')).toHaveLength(200 - Math.floor(budget / cost));
    const { rows } = await sql`
      select spent_micros::int as spent, reserved_micros::int as reserved, (select sum(cost_micros)::int from usage_events) as metered
      from budgets where key_id = ${id}`.execute(database().database.db);
    expect(rows).toEqual([{ spent: 4970, reserved: 0, metered: 4970 }]);
  });

  const reservedOf = async (keyId: string) => {
    const { rows } = await sql<{ micros: number }>`select reserved_micros::int as micros from budgets where key_id = ${keyId}`.execute(
      database().database.db,
    );
    return rows[0]?.micros ?? 0;
  };

  test('that is used up causes 402 on two replicas, while cached responses continue and cost nothing', async () => {
    const answer = JSON.stringify({ captions: ['One', 'Two', 'Three'], hashtags: ['#dog'], language: 'en' });
    upstream = await startUpstream(respondsWithText(answer, { usage: { prompt_tokens: 100, completion_tokens: 100 } }));
    const model = { provider: 'openai', id: 'm', base_url: upstream.url, api_key: 'none', max_tokens: 100, price: { input: 1, output: 1 } };
    const environment = { TEXT_MODELS: JSON.stringify([model]) };
    const replicas = [await start(environment), await start(environment)];
    const { key, id } = await newKey(2000);
    const send = (index: number) =>
      generate(replicas[index % 2] ?? { url: '' }, { ...g0, content_description: `A dog, number ${index} of many` }, key);
    const statuses: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      statuses.push((await send(index)).status);
      // The cost is settled after the response.
      await waitUntil(async () => (await reservedOf(id)) === 0);
    }
    const paid = statuses.filter((status) => status === 200).length;
    expect(paid).toBeGreaterThan(0);
    expect(statuses).toEqual([...Array(paid).fill(200), ...Array(12 - paid).fill(402)]);
    const cached = await send(0);
    expect([cached.status, await cached.json()]).toMatchObject([200, { cached: true }]);
    for (const { process } of replicas) process.signal('SIGTERM');
    await Promise.all(replicas.map(({ process }) => process.exited));
    const { rows } = await sql`
      select spent_micros::int as spent, reserved_micros::int as reserved from budgets where key_id = ${id}`.execute(
      database().database.db,
    );
    expect(rows).toEqual([{ spent: paid * 200, reserved: 0 }]);
    expect(await stored(id)).toMatchObject({ requests: paid + 1 });
  });
});
