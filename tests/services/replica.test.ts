import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { openReplica } from '../../service/database/database.ts';
import type { Tables } from '../../service/database/tables.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { insertArticle, insertSource } from '../../service/testing/news.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { type OwnServer, startPostgres } from './servers.ts';

const primary = await startPostgres();
const withPostgres = primary === undefined ? describe.skip : describe;
if (primary === undefined) console.error('skipped: install PostgreSQL (/usr/lib/postgresql)');

let fresh: FreshDatabase;
let server: OwnServer;
let replica: Kysely<Tables>;
let service: TestService;
let source_id = '';

beforeAll(async () => {
  if (primary === undefined) return;
  fresh = await freshDatabase({ databaseUrl: primary.url });
  source_id = await insertSource(fresh.database.db);
  const started = await startPostgres('', undefined, primary.url);
  if (started === undefined) throw new Error('no replica');
  server = started;
  const url = new URL(server.url);
  url.pathname = new URL(fresh.url).pathname;
  replica = await openReplica(url.href, 2, createLogger('silent', { write: () => {} }));
  service = await startService({}, { db: fresh.database.db, replica });
});
afterAll(async () => {
  await service?.close();
  await replica?.destroy();
  await fresh?.remove();
  await server?.remove();
  await primary?.remove();
});

const check = async () => {
  for (const { run } of service.dependencies.reads.tasks) await run();
};
const isReplicaRead = () =>
  service.dependencies.reads.read(async (db) => {
    const { rows } = await sql<{ recovery: boolean }>`select pg_is_in_recovery() as recovery`.execute(db);
    return rows[0]?.recovery;
  });
const waitForReplica = () =>
  waitUntil(async () => {
    await check();
    return (await isReplicaRead()) === true;
  });
const addArticle = (title: string) => insertArticle(fresh.database.db, { source_id, title });

/** How many articles an export has. */
async function exportedArticles() {
  const { db } = fresh.database;
  const values = { owner: 'user:replica', kind: 'csv', dataset: 'articles', filters: '{}', language: 'en' } as const;
  const { id } = await db.insertInto('news_exports').values(values).returning('id').executeTakeFirstOrThrow();
  expect(await service.dependencies.exports.handlers.work({ id }, 1, new AbortController().signal)).toBe(true);
  return (await db.selectFrom('news_exports').select('rows').where('id', '=', id).executeTakeFirstOrThrow()).rows;
}

async function get(path: string) {
  const response = await fetch(service.url + path, { headers: { Authorization: 'Bearer reader-key' } });
  expect(response.status).toBe(200);
  return response.text();
}

withPostgres('A streaming replica', () => {
  beforeEach(async () => {
    await sql`select pg_wal_replay_resume()`.execute(replica);
    await waitForReplica();
  });

  test('serves reads of articles while it follows the primary', async () => {
    await addArticle('replicated');
    await waitUntil(async () => (await get('/api/articles?sort=oldest')).includes('replicated'));
    expect(await isReplicaRead()).toBe(true);
    await get('/health/detailed');
    expect(await get('/health')).toContain('"replica":"up"');
  });

  test('is not read while it is behind, and is read again when it has caught up', async () => {
    await sql`select pg_wal_replay_pause()`.execute(replica);
    const before = await exportedArticles();
    await addArticle('while it is paused');
    await check();
    expect(await isReplicaRead()).toBe(true);
    expect(await exportedArticles()).toBe(before);
    await waitUntil(async () => {
      await check();
      return (await isReplicaRead()) === false;
    });
    expect(await get('/api/articles?sort=newest')).toContain('while it is paused');
    expect(await exportedArticles()).toBe((before ?? 0) + 1);
    expect(await get('/health/detailed')).toMatch(/"replica":\{[^}]*"state":"down"/);
    expect(await service.dependencies.metrics.render()).toMatch(/replica_lag_seconds [5-9]/);
    expect((await fetch(`${service.url}/ready`)).status).toBe(200);
    await sql`select pg_wal_replay_resume()`.execute(replica);
    await waitForReplica();
    expect(await get('/api/articles?sort=newest')).toContain('while it is paused');
  });

  test('loses no read when it stops', async () => {
    const fallbacks = () => service.dependencies.metrics.total('fallbacks', 'dependency', (value) => value === 'replica');
    const before = await fallbacks();
    await server.stop();
    await addArticle('while it is stopped');
    expect(await get('/api/articles?limit=1')).toContain('while it is stopped');
    expect(await fallbacks()).toBeGreaterThan(before);
    await check();
    expect(await isReplicaRead()).toBe(false);
    expect(await service.dependencies.metrics.render()).not.toMatch(/^\S+replica_lag_seconds /m);
    await server.start();
    await waitForReplica();
    expect(await get('/api/articles?limit=1')).toContain('while it is stopped');
  });

  test('is not read after it was promoted', async () => {
    await sql`select pg_promote()`.execute(replica);
    await waitUntil(async () => {
      await check();
      return (await isReplicaRead()) === false && (await get('/health/detailed')).includes('"state":"down"');
    });
  });
});
