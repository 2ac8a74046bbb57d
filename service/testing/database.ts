import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { migrate } from '../adapters/migrate.ts';
import { embeddedStatements, migrateQueue, type Statements } from '../adapters/queue.ts';
import type { Tables } from '../adapters/tables.ts';
import { createLogger } from '../telemetry/log.ts';

/** An embedded database in memory with every table. */
async function create() {
  const { emptyDatabase } = await import('./empty-database.ts');
  const pglite = await emptyDatabase();
  await migrate(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }));
  return pglite;
}

let database: Promise<PGlite> | undefined;
function pglite() {
  database ??= create();
  return database;
}

/** The one database of a test file, made when it is first asked: a test that stores nothing does not wait for it. */
export const testDatabase = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });

const statements = embeddedStatements(pglite);
let queue: Promise<void> | undefined;
/** The same database for the queue, whose tables are made when they are first asked for. */
export const testStatements: Statements = {
  async executeSql(text, values) {
    queue ??= migrateQueue(statements, createLogger('silent', { write: () => {} }));
    await queue;
    return statements.executeSql(text, values);
  },
};
