/**
 * Reads or replaces the embedded database of LEYENDA_DATA_DIR for `leyenda backup` and `leyenda restore`, under the lock of the folder, so
 * that no service has it open.
 * Usage: node data-folder.ts dump | tables NAME | swap NEXT FORMER | record ID BYTES
 * dump writes a tar archive to standard output, and before it the tables to file descriptor 3. Exit code 1: the reason is one line on
 * standard error.
 */
import { existsSync, writeSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Pool } from 'pg';
import { checksumSettings, tableQueries } from '../contract/backup.ts';
import { embeddedPool, openPool } from './database/connection-pool.ts';
import { databaseExists, databasePath } from './database/embedded-start.ts';
import { lockFolder } from './database/folder-lock.ts';
import { startDatabaseThread } from './database/pglite/database-thread.ts';
import { PortStream } from './database/pglite/port-stream.ts';
import { StartError } from './runtime/start-error.ts';
import { parseSettings } from './settings.ts';
import { createLogger } from './telemetry/log.ts';

const log = createLogger('silent', { write: () => {} });

/** Opens the database in a folder, which is locked or not that of a service. */
async function withDatabase<T>(path: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const thread = startDatabaseThread((error) => {
    throw error;
  });
  await thread.open(path);
  const { pool } = await openPool(
    embeddedPool(() => new PortStream(async () => thread.connect())),
    log,
  );
  try {
    return await use(pool);
  } finally {
    await pool.end();
    await thread.close();
  }
}

/** A line of JSON for each table. */
const tablesIn = (path: string) =>
  withDatabase(path, async (pool) => {
    await pool.query(checksumSettings);
    const { rows: queries } = await pool.query<{ query: string }>(tableQueries);
    const lines: string[] = [];
    for (const { query } of queries) {
      const { rows } = await pool.query<{ table: string }>(query);
      lines.push(...rows.map(({ table }) => `${table}\n`));
    }
    return lines.join('');
  });

const actions: Readonly<Record<string, (folder: string, args: readonly string[]) => Promise<unknown>>> = {
  async dump(folder) {
    const path = databasePath(folder);
    if (!databaseExists(path)) throw new StartError(`LEYENDA_DATA_DIR: there is no database in ${folder}.`);
    writeSync(3, await tablesIn(path));
    const { packTar } = await import('modern-tar/fs');
    await pipeline(packTar(path), createGzip(), process.stdout);
  },
  tables: async (folder, [name = '']) => process.stdout.write(await tablesIn(join(folder, name))),
  async swap(folder, [next = '', former = '']) {
    const path = databasePath(folder);
    if (existsSync(path)) await rename(path, join(folder, former));
    await rename(join(folder, next), path);
  },
  record: (folder, [id, bytes]) =>
    withDatabase(databasePath(folder), async (pool) => {
      const { rows } = await pool.query<{ known: boolean }>("select to_regclass('backups') is not null as known");
      if (rows[0]?.known) await pool.query('insert into backups (id, completed_at, bytes) values ($1, now(), $2)', [id, bytes]);
    }),
};

try {
  const [name = '', ...args] = process.argv.slice(2);
  const parsed = parseSettings(process.env);
  if ('violations' in parsed) throw new StartError(parsed.violations.join(' '));
  const folder = parsed.settings.LEYENDA_DATA_DIR;
  const action = actions[name];
  if (action === undefined) throw new StartError('Usage: dump | tables NAME | swap NEXT FORMER | record ID BYTES');
  const unlock = await lockFolder(folder, 'leyenda backup');
  await action(folder, args);
  unlock();
} catch (error) {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`, () => process.exit(1));
}
