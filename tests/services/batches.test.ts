import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { generateKey, hashKey } from '../../service/accounts/key-hashing.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { ApiProblem } from '../../service/client/problem.ts';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { testSettings } from '../../service/testing/service.ts';
import { respondsWithError, respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const silent = createLogger('silent', { write: () => {} });
const open = (url: string | undefined) => openDatabase(testSettings({ DATABASE_URL: url }), silent);

/** A database for this file. */
const name = `batches_${randomUUID().replaceAll('-', '')}`;
const url = given === undefined ? '' : Object.assign(new URL(given.databaseUrl), { pathname: `/${name}` }).href;
let database: Database;

beforeAll(async () => {
  if (given === undefined) return;
  const server = await open(given.databaseUrl);
  await sql`create database ${sql.raw(name)}`.execute(server.db);
  await server.close();
  database = await open(url);
  await database.migrate();
});
afterAll(async () => {
  await database?.close();
  await given?.end();
});

const running: ServiceProcess[] = [];
function start(role: 'api' | 'worker', environment: Record<string, string> = {}): ServiceProcess {
  const process = spawnService({ ROLE: role, DATABASE_URL: url, REDIS_URL: given?.redisUrl ?? '', ...environment });
  running.push(process);
  return process;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
});

/** A client with its own key that calls the current API process. */
async function caller() {
  const key = generateKey();
  const row = {
    key_hash: hashKey(key),
    client_name: 'test',
    rate_limit_requests: 100_000,
    role: 'User',
    expires_at: null,
    permissions: null,
  };
  const { id } = await database.db.insertInto('api_keys').values(row).returning('id').executeTakeFirstOrThrow();
  const at = async (api: ServiceProcess) => createClient({ baseUrl: await api.url(), credential: key });
  return { id: `key:${id}`, at };
}

const request = { kind: 'generate', style: 'casual', audience: 'general', client_id: 'test-client' } as const;

/** Submits items that are not cached. */
async function submit(client: Client, count: number, what: string): Promise<string> {
  const items = Array.from({ length: count }, (_, index) => ({ ...request, content_description: `${what} number ${index}` }));
  return (await client.call('createBatch', { body: { items } })).id;
}

const read = (client: Client, id: string) => client.call('readBatch', { params: { id } });
type Batch = Awaited<ReturnType<typeof read>>;
const isOver = ({ finished_at }: Batch) => finished_at !== null;

/** Polls the batch until it matches. */
const reaches = (client: Client, id: string, wanted: (batch: Batch) => boolean): Promise<Batch> =>
  waitUntil(() => read(client, id), wanted);

/** All results in their order. */
async function results(client: Client, id: string, after = -1) {
  const all = [];
  for await (const line of await client.call('batchResults', { params: { id }, query: { after } })) all.push(line);
  return all;
}

/** Polls until the batch ends, each time after the last received result, across failures of the API. */
async function follow(clientNow: () => Client, id: string) {
  const indexes: number[] = [];
  let polls = 0;
  async function poll(): Promise<boolean> {
    try {
      const { finished_at } = await read(clientNow(), id);
      for await (const { index } of await clientNow().call('batchResults', { params: { id }, query: { after: indexes.at(-1) ?? -1 } })) {
        indexes.push(index);
      }
      polls += 1;
      return finished_at !== null;
    } catch (error) {
      // The API was killed, possibly within a line.
      if (error instanceof ApiProblem) throw error;
      return false;
    }
  }
  await waitUntil(poll);
  return { indexes, polls };
}
const sorted = (indexes: readonly number[]) => indexes.toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Number of billed requests of a caller. */
async function billed(id: string): Promise<number> {
  const { rows } = await sql<{ requests: number }>`
    select coalesce(sum(requests), 0)::integer as requests from usage_events where caller_id = ${id} and operation = 'batch'`.execute(
    database.db,
  );
  return rows[0]?.requests ?? 0;
}

withServers('batch of 10,000 items', () => {
  test('is processed by two workers, and a polling client receives each result once; each is billed once', async () => {
    const [api, ...workers] = [start('api'), start('worker'), start('worker')];
    await Promise.all(workers.map((worker) => worker.url()));
    const { id: callerId, at } = await caller();
    const client = await at(api);
    const id = await submit(client, 10_000, 'A calm harbour');
    const { indexes, polls } = await follow(() => client, id);
    expect(sorted(indexes)).toEqual(upTo(10_000));
    expect(polls).toBeGreaterThan(5);
    expect((await results(client, id)).map(({ index }) => index)).toEqual(indexes);
    const { succeeded, started_at, finished_at } = await read(client, id);
    expect(succeeded).toBe(10_000);
    expect(await billed(callerId)).toBe(10_000);
    const seconds = (Date.parse(finished_at ?? '') - Date.parse(started_at ?? '')) / 1000;
    process.stderr.write(`10,000 items by two workers: ${(10_000 / seconds).toFixed()} items/s\n`);
  });

  test('loses and repeats nothing when a worker is killed and the API restarts', async () => {
    const [api, doomed, survivor] = [start('api'), start('worker'), start('worker')];
    await Promise.all([doomed.url(), survivor.url()]);
    const { id: callerId, at } = await caller();
    const before = await at(api);
    const id = await submit(before, 10_000, 'A red kite');
    let client = before;
    const followed = follow(() => client, id);
    await reaches(before, id, ({ succeeded }) => succeeded >= 2000);
    doomed.signal('SIGKILL');
    api.signal('SIGKILL');
    const killedAt = Date.now();
    client = await at(start('api'));
    const { succeeded, failed, status } = await reaches(client, id, isOver);
    process.stderr.write(`the batch of the killed worker ended ${((Date.now() - killedAt) / 1000).toFixed(1)} s later\n`);
    expect({ succeeded, failed, status }).toEqual({ succeeded: 10_000, failed: 0, status: 'done' });
    const { indexes } = await followed;
    expect(sorted(indexes)).toEqual(upTo(10_000));
    expect((await results(client, id)).map(({ index }) => index)).toEqual(indexes);
    expect(await billed(callerId)).toBe(10_000);
  });

  test('does not delay a small batch of another caller, and starts no item after it is cancelled', async () => {
    const [api, worker] = [start('api'), start('worker')];
    await worker.url();
    const [greedy, modest] = await Promise.all([(await caller()).at(api), (await caller()).at(api)]);
    const huge = await submit(greedy, 10_000, 'A long wall');
    await reaches(greedy, huge, ({ succeeded }) => succeeded > 0);
    const small = await submit(modest, 50, 'A small door');
    await reaches(modest, small, isOver);
    expect((await read(greedy, huge)).status).toBe('running');
    await expect(read(modest, huge)).rejects.toMatchObject({ status: 404 });

    expect((await greedy.call('cancelBatch', { params: { id: huge } })).status).toBe('cancelled');
    // A graceful stop completes the items in progress.
    worker.signal('SIGTERM');
    expect((await worker.exited).code).toBe(0);
    const { status, succeeded, failed } = await read(greedy, huge);
    expect({ status, failed }).toEqual({ status: 'cancelled', failed: 0 });
    expect(succeeded).toBeLessThan(10_000);
    expect(await results(greedy, huge)).toHaveLength(succeeded);
    await start('worker').url();
    const last = await submit(modest, 1, 'A last stone');
    await reaches(modest, last, isOver);
    expect((await read(greedy, huge)).succeeded).toBe(succeeded);
  });
});

withServers('item that always fails', () => {
  test('is retried, then ends with its error, and does not affect other items', async () => {
    const written = respondsWithText(JSON.stringify({ captions: ['One', 'Two', 'Three'], hashtags: ['#one'] }));
    const upstream = await startUpstream((request, response) =>
      (JSON.stringify(request.body).includes('poison') ? respondsWithError(400) : written)(request, response),
    );
    const [api, worker] = [start('api'), start('worker', { OPENAI_BASE_URL: upstream.url })];
    await worker.url();
    const { id: callerId, at } = await caller();
    const client = await at(api);
    const items = ['bread', 'poison', 'cheese'].map((what) => ({ ...request, content_description: `A table with ${what}` }));
    const { id } = await client.call('createBatch', { body: { items } });
    const { status, succeeded, failed } = await reaches(client, id, isOver);
    expect({ status, succeeded, failed }).toEqual({ status: 'done', succeeded: 2, failed: 1 });
    // It ended last, because it was retried after the others had ended.
    const [, , poisoned] = await results(client, id);
    expect(poisoned).toMatchObject({ index: 1, status: 'failed', error: { code: 'model_failed' } });
    expect(await results(client, id, 2)).toEqual([poisoned]);
    expect(await billed(callerId)).toBe(2);
    expect(upstream.requests.filter(({ body }) => JSON.stringify(body).includes('poison')).length).toBeGreaterThan(3);
    await upstream.close();
  });
});
