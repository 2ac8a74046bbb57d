import { Kysely, PGliteDialect } from 'kysely';
import { migrate } from '../adapters/migrate.ts';
import type { Tables } from '../adapters/tables.ts';

/** An embedded database in memory with every table. */
async function create() {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create();
  await migrate(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }));
  return pglite;
}

/** The one database of a test file, made when it is first asked: a test that stores nothing does not wait for it. */
export const testDatabase = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: create }) });
