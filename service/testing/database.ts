import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { embeddedSqlExecutor, type SqlExecutor } from '../database/job-queues.ts';
import type { Tables } from '../database/tables.ts';

declare global {
  /** Called by environment.ts when a test file has ended. */
  var closeFixtures: (() => Promise<void>) | undefined;
}

let database: Promise<PGlite> | undefined;
function pglite() {
  database ??= import('./database-image.ts').then(({ migratedDatabase }) => migratedDatabase());
  // PostgreSQL's timers would keep the process running, and its memory with it.
  globalThis.closeFixtures = async () => {
    const opened = await database;
    if (opened?.closed === false) await opened.close();
  };
  return database;
}

/** The one database of a test file, made when it is first asked: a test that stores nothing does not wait for it. */
export const testDatabase = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });

/** The same database for the queue. */
export const testSqlExecutor: SqlExecutor = embeddedSqlExecutor(pglite);
