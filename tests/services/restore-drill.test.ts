import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { Client } from 'pg';
import { folderFiles } from '../../service/backup/files.ts';
import type { Manifest } from '../../service/backup/manifest.ts';
import { postgresTarget } from '../../service/backup/postgres.ts';
import { programsOf } from '../../service/backup/programs.ts';
import { type RestoreTarget, restoreBackup } from '../../service/backup/restore-backup.ts';
import { localSets } from '../../service/backup/set-store.ts';
import { takeBackup } from '../../service/backup/take-backup.ts';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { testSettings } from '../../service/testing/service.ts';
import { fillTables } from './fill-tables.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startPostgresWithPrograms } from './postgres-programs.ts';

const server = await startPostgresWithPrograms();
const withServer = server === undefined ? describe.skip : describe;
afterAll(() => server?.end());

interface Content {
  readonly name: string;
  readonly rows: number;
  /** Independent of the order of the rows. */
  readonly hash: string;
}
/** Over a client without a timeout: a machine may be busy. */
async function contentOf(url: string): Promise<Content[]> {
  const client = new Client(url);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
  const contents: Content[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<Content>(
      `select '${name}' as name, count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as hash from ${name} t`,
    );
    contents.push(...rows);
  }
  await client.end();
  return contents;
}

/** Keys, indexes, triggers and bounds of partitions; of a check only the name, because the server rewrites its condition. */
const structure = sql<{ part: string }>`
  select format('%s %s %s', conrelid::regclass, conname, case contype when 'c' then '' else pg_get_constraintdef(oid) end) as part
    from pg_constraint where conrelid <> 0 and connamespace not in (select oid from pg_namespace where nspname in ('pg_catalog', 'information_schema'))
  union all select indexdef from pg_indexes where schemaname not in ('pg_catalog', 'information_schema')
  union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select format('%s %s', oid::regclass, pg_get_expr(relpartbound, oid)) from pg_class where relispartition
  order by part`;
const structureOf = async ({ db }: Database) => (await structure.execute(db)).rows.map(({ part }) => part);

withServer('a set of leyenda backup', () => {
  const target = 'restored';
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-drill-'));
  let source: FreshDatabase;
  let restored: Database;
  let restoredUrl: string;
  let manifest: Manifest;
  const sh = (database: string, script: string) => server?.sh(database, script) ?? '';
  const nameOf = ({ url }: FreshDatabase) => new URL(url).pathname.slice(1);
  /** A deployment whose programs are those of the server, as in the pod of the backup. */
  const deployment = (database: string): RestoreTarget => ({
    name: 'drill',
    database: postgresTarget(server?.start ?? programsOf({}), database),
    exports: folderFiles(join(folder, database)),
    configuration: () => ({}),
    stop: async () => {},
    start: async () => {},
  });

  beforeAll(async () => {
    source = await freshDatabase({ databaseUrl: server?.databaseUrl ?? '' });
    await fillTables(source.url);
    const options = { local: localSets(join(folder, 'sets')), remote: undefined, signal: new AbortController().signal, step: () => {} };
    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const before = performance.now();
    manifest = await takeBackup(deployment(nameOf(source)), { ...options, recipient, retention: { days: 30, sets: 7 } });
    const between = performance.now();
    await restoreBackup(deployment(target), manifest.id, { ...options, identity });
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    process.stderr.write(`backup with its verification ${seconds(before, between)}, restore ${seconds(between, performance.now())}\n`);
    const url = new URL(source.url);
    url.pathname = `/${target}`;
    restoredUrl = url.href;
    restored = await openDatabase(testSettings({ DATABASE_URL: url.href }), createLogger('silent', { write: () => {} }));
  });
  afterAll(async () => {
    await restored.close();
    sh('postgres', `dropdb ${target}`);
    rmSync(folder, { recursive: true });
    await source.remove();
  });

  test('restores every row of every table', async () => {
    const before = (await contentOf(source.url)).filter(({ name }) => name !== 'public.backups');
    expect(before.filter(({ rows }) => rows > 0).length).toBeGreaterThan(10);
    expect(before.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(500_000);
    expect((await contentOf(restoredUrl)).filter(({ name }) => name !== 'public.backups')).toEqual(before);
  });

  test('restores keys, indexes, triggers and partitions', async () => {
    const after = await structureOf(restored);
    expect(after).toEqual(await structureOf(source.database));
    for (const part of ['CREATE TRIGGER audit_log_append_only', 'users_role_check', 'FOR VALUES FROM', 'ON DELETE CASCADE']) {
      expect(after.join('\n')).toContain(part);
    }
  });

  test('restores a database that needs no migration', async () => {
    expect(await restored.isMigrated()).toBe(true);
    expect(await restored.migrate()).toEqual([]);
  });

  test('counts in its manifest what PostgreSQL counts, and checks it against what pg_restore --list would pass', async () => {
    const counted = new Map((await contentOf(source.url)).map(({ name, rows }) => [name, rows]));
    for (const { name, rows } of manifest.tables.filter(({ name }) => name !== 'public.backups'))
      expect([name, counted.get(name)]).toEqual([name, rows]);
    const dump = `${server?.folder}/cut.dump`;
    sh(nameOf(source), `pg_dump --format=custom | head -c 500000 > '${dump}'`);
    // The table of contents is at the start: it does not show that rows are missing.
    expect(sh('postgres', `pg_restore --list '${dump}'; rm '${dump}'`)).toContain('TABLE DATA');
  });
});
