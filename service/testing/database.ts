import { Kysely, PostgresDialect } from 'kysely';
import type { SqlExecutor } from '../database/job-queues.ts';
import type { Tables } from '../database/tables.ts';
import type { InMemoryDatabase } from './database-image.ts';

declare global {
  /** environment.ts calls it after a test file. */
  var closeFixtures: (() => Promise<void>) | undefined;
}

let opening: Promise<InMemoryDatabase> | undefined;
function open(): Promise<InMemoryDatabase> {
  opening ??= import('./database-image.ts').then(({ migratedDatabase }) => migratedDatabase());
  // The timers of PostgreSQL would keep the process and its memory.
  globalThis.closeFixtures = async () => (await opening)?.close();
  return opening;
}

/** The database of a test file. It is loaded with its first use, so tests that do not use it do not wait. */
export const testDatabase = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: async () => (await open()).pool }) });

/** The same database over connections that a test can interrupt. */
export function interruptibleDatabase() {
  let isDown = false;
  const pool = async () => ({ options: (await open()).pool.options, connect, end: async () => {} });
  const connect = async () => {
    if (isDown) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    return (await open()).pool.connect();
  };
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    setDown(down: boolean) {
      isDown = down;
    },
  };
}

/** The same database for the queue. */
export const testSqlExecutor: SqlExecutor = {
  executeSql: async (text, values) => (await open()).sqlExecutor.executeSql(text, values),
};
