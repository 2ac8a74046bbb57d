import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { embeddedStatements, type Statements } from '../adapters/queue.ts';
import type { Tables } from '../adapters/tables.ts';

let database: Promise<PGlite> | undefined;
function pglite() {
  database ??= import('./database-image.ts').then(({ migratedDatabase }) => migratedDatabase());
  return database;
}

/** The one database of a test file, made when it is first asked: a test that stores nothing does not wait for it. */
export const testDatabase = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });

/** The same database for the queue. */
export const testStatements: Statements = embeddedStatements(pglite);
