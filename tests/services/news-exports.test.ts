import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../service/client/client.ts';
import { articleValues, insertSource } from '../../service/testing/news.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const credential = 'a-key-of-the-tests-of-exports';
const articles = 40_000;
let fresh: FreshDatabase;
let folder: string;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  if (given === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'leyenda-exports-'));
  fresh = await freshDatabase(given);
  const { db } = fresh.database;
  const source_id = await insertSource(db);
  const published_at = new Date('2026-11-15T12:00:00Z');
  for (let count = 0; count < articles; count += 1000) {
    const values = Array.from({ length: 1000 }, () => articleValues({ source_id, published_at }));
    await db.insertInto('news_articles').values(values).execute();
  }
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

function start(role: 'api' | 'analytics'): ServiceProcess {
  const process = spawnService({
    ROLE: role,
    DATABASE_URL: fresh.url,
    REDIS_URL: given?.redisUrl ?? '',
    VALID_API_KEYS: credential,
    EXPORTS_DIR: folder,
  });
  running.push(process);
  return process;
}

withServers('An export whose process is killed while it writes the file', () => {
  test('is written again by another process, and nothing of the first attempt is served', async () => {
    const [api, killed] = [start('api'), start('analytics')];
    const client = createClient({ baseUrl: await api.url(), credential });
    const { id } = await client.call('createExport', {
      body: { kind: 'jsonl', dataset: 'articles', filters: { from: '2026-11-01', to: '2026-11-30', relevant: 'any' } },
    });
    await waitUntil(async () => (await readdir(folder)).some((name) => name.endsWith('.part')));
    killed.signal('SIGKILL');
    await killed.exited;
    expect(await client.call('readExport', { params: { id } })).toMatchObject({ state: 'running', link: null });
    await expect(client.call('readExportFile', { params: { id } })).rejects.toMatchObject({ status: 409 });
    start('analytics');
    await waitUntil(async () => (await client.call('readExport', { params: { id } })).state === 'succeeded');
    expect(await client.call('readExport', { params: { id } })).toMatchObject({ rows: articles });
    const [file] = (await readdir(folder)).filter((name) => name.startsWith(id) && !name.endsWith('.part'));
    expect((await readFile(join(folder, file ?? ''), 'utf8')).trimEnd().split('\n')).toHaveLength(articles);
  });
});
