import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { dumpScript } from '../../manifests/data/database-dump.ts';
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
async function contentOf({ db }: Database): Promise<Content[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`.execute(db);
  const contents: Content[] = [];
  for (const { name } of tables) {
    const counted = await sql<Content>`
      select ${name} as name, count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as hash from ${sql.raw(name)} t`.execute(
      db,
    );
    contents.push(...counted.rows);
  }
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

withServer('dump of the backup job', () => {
  const target = 'restored';
  let source: FreshDatabase;
  let restored: Database;
  let dump: string;
  const sh = (database: string, script: string) => server?.sh(database, script) ?? '';
  const nameOf = ({ url }: FreshDatabase) => new URL(url).pathname.slice(1);

  beforeAll(async () => {
    source = await freshDatabase({ databaseUrl: server?.databaseUrl ?? '' });
    await fillTables(source.url);
    // In the pod the folder is a volume.
    sh(nameOf(source), dumpScript(2).replaceAll('/backups', server?.folder ?? ''));
    dump = sh('postgres', `ls -1 ${server?.folder}/postgres_backup_*.dump | tail -n 1`).trim();
    sh('postgres', `createdb ${target} && pg_restore --exit-on-error --dbname ${target} '${dump}'`);
    const url = new URL(source.url);
    url.pathname = `/${target}`;
    restored = await openDatabase(testSettings({ DATABASE_URL: url.href }), createLogger('silent', { write: () => {} }));
  });
  afterAll(async () => {
    await restored.close();
    sh('postgres', `dropdb ${target}; rm '${dump}'`);
    await source.remove();
  });

  test('restores every row of every table', async () => {
    const before = await contentOf(source.database);
    expect(before.filter(({ rows }) => rows > 0).length).toBeGreaterThan(10);
    expect(before.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(500_000);
    expect(await contentOf(restored)).toEqual(before);
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

  test('that is truncated fails to restore', () => {
    const cut = `${dump}.cut`;
    sh('postgres', `createdb cut && head -c 500000 '${dump}' > '${cut}'`);
    // The table of contents is at the start: it does not show that rows are missing.
    expect(sh('postgres', `pg_restore --list '${cut}'`)).toContain('TABLE DATA');
    expect(() => sh('postgres', `pg_restore --exit-on-error --dbname cut '${cut}'`)).toThrow(/pg_restore: error/);
    sh('postgres', `dropdb cut; rm '${cut}'`);
  });
});
