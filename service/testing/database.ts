import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { embeddedSqlExecutor, type SqlExecutor } from '../database/job-queues.ts';
import type { Tables } from '../database/tables.ts';

declare global {
  /** environment.ts calls it after a test file. */
  var closeFixtures: (() => Promise<void>) | undefined;
}

let database: Promise<PGlite> | undefined;
function pglite() {
  database ??= import('./database-image.ts').then(({ migratedDatabase }) => migratedDatabase());
  // The timers of PostgreSQL would keep the process and its memory.
  globalThis.closeFixtures = async () => {
    const opened = await database;
    if (opened?.closed === false) await opened.close();
  };
  return database;
}

/** The database of a test file. It is loaded with its first use, so tests that do not use it do not wait. */
export const testDatabase = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });

/** The same database for the queue. */
export const testSqlExecutor: SqlExecutor = embeddedSqlExecutor(pglite);
