import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { checksumSettings, tableQueries } from '../../contract/backup.ts';
import { BackupError } from './backup-error.ts';
import type { DatabaseTarget } from './database.ts';
import { parseTable, type TableSummary } from './manifest.ts';
import { ended, run, type StartProgram } from './programs.ts';

/** Options of psql for rows as lines. */
export const psql = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'];
const endMark = 'end of tables';
const tables = `${checksumSettings}\n${tableQueries} \\gexec\n`;

/** PostgreSQL shortens longer names, so that the name of a scratch database would be that of the database itself. */
const maxNameBytes = 63;
/** @throws {BackupError} if the name is too long */
function identifier(name: string): string {
  if (Buffer.byteLength(name) > maxNameBytes)
    throw new BackupError(`the name ${name} has more than ${maxNameBytes} bytes`, 'rename the database: its name can have 36 bytes');
  return `"${name.replaceAll('"', '""')}"`;
}
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** Ends the sessions of a database, except those that the user may not end, as of a superuser. */
const endSessions = (oid: string) => `do $$
declare session record;
begin
  for session in select pid from pg_stat_activity where datid = ${oid} loop
    begin
      perform pg_terminate_backend(session.pid);
    exception when insufficient_privilege then null;
    end;
  end loop;
end $$;
`;
const linesOf = (output: string) => output.split('\n').filter((line) => line !== '');

/** A PostgreSQL server, over its own programs: psql, pg_dump and pg_restore of its version. */
export function postgresTarget(start: StartProgram, database: string): DatabaseTarget {
  /** Where databases are created and renamed: no session can be in the one that is renamed. */
  const maintenance = database === 'postgres' ? 'template1' : 'postgres';
  const sql = (text: string, name = maintenance) => run(start, 'psql', [...psql, `--dbname=${name}`], text);
  const list = async () => linesOf(await sql('select datname from pg_database where not datistemplate;'));
  const tablesOf = async (name: string): Promise<TableSummary[]> =>
    linesOf(await sql(`set statement_timeout = 0;\n${tables}`, name)).map(parseTable);

  /** A session with a snapshot that pg_dump uses too, so that the counts are those of the dump while others write. */
  async function openSnapshot() {
    const session = start('psql', [...psql, `--dbname=${database}`]);
    const done = ended('psql', session);
    done.catch(() => {});
    const lines = createInterface(session.stdout)[Symbol.asyncIterator]();
    async function next(): Promise<string> {
      const { value, done: isEnd } = await lines.next();
      if (!isEnd) return value;
      await done;
      throw new BackupError('psql ended early', 'run the command again');
    }
    session.stdin.write(
      `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;\nbegin isolation level repeatable read read only;\nselect pg_export_snapshot();\n`,
    );
    const snapshot = await next();
    return {
      snapshot,
      async tables() {
        session.stdin.write(`${tables}\\echo ${endMark}\n`);
        const found: TableSummary[] = [];
        for (let line = await next(); line !== endMark; line = await next()) found.push(parseTable(line));
        return found;
      },
      async close() {
        session.stdin.end();
        await done;
      },
      abort: () => void session.kill(),
    };
  }

  return {
    part: 'database.dump',
    name: database,
    version: async () => (await run(start, 'pg_dump', ['--version'])).trim(),
    async dump() {
      const session = await openSnapshot();
      const snapshotAt = new Date();
      const program = start('pg_dump', ['--format=custom', '--compress=9', `--snapshot=${session.snapshot}`, `--dbname=${database}`]);
      program.stdin.end();
      const found = session.tables();
      const done = Promise.all([ended('pg_dump', program), found])
        .then(session.close)
        .finally(session.abort);
      for (const each of [found, done]) each.catch(() => {});
      return { content: program.stdout, tables: found, snapshotAt, done };
    },
    async load(name, content) {
      await sql(`create database ${identifier(name)} template template0 encoding 'UTF8';`);
      const options = ['--exit-on-error', '--no-owner', '--no-privileges', `--dbname=${name}`];
      await run(start, 'pg_restore', options, content);
      return tablesOf(name);
    },
    drop: async (name) => void (await sql(`drop database if exists ${identifier(name)} with (force);`)),
    list,
    async swap(next, former) {
      const rename = (from: string, to: string) => `alter database ${identifier(from)} rename to ${identifier(to)};`;
      const oid = (await sql(`select oid from pg_database where datname = ${literal(database)};`)).trim();
      if (oid === '') {
        await sql(rename(next, database));
        return false;
      }
      if ((await list()).includes(former)) throw new BackupError(`the database ${former} exists`, 'run the command again');
      // One transaction: an interruption leaves the names as they were. It locks the database against new sessions, and waits 5 s for
      // those that exist, which another session ends meanwhile. They reconnect to the restored database.
      for (let attempt = 1; ; attempt += 1) {
        let isRenaming = true;
        const renaming = sql(`begin;\n${rename(database, former)}\n${rename(next, database)}\ncommit;`).finally(() => {
          isRenaming = false;
        });
        renaming.catch(() => {});
        // Its end is awaited in any case: it may rename the databases after an error here.
        while (isRenaming) await sql(endSessions(oid)).catch(() => sleep(100));
        try {
          await renaming;
          return true;
        } catch (error) {
          if (attempt === 3) throw error;
        }
      }
    },
    async record(id, bytes) {
      // A release before this table is backed up too.
      const values = [id, new Date().toISOString(), String(bytes)].map(literal).join(', ');
      await sql(
        `select to_regclass('backups') is not null as known \\gset
\\if :known
insert into backups (id, completed_at, bytes) values (${values});
\\endif
`,
        database,
      );
    },
  };
}
