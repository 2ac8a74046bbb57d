import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { testSettings } from '../../service/testing/service.ts';
import type { TestServers } from './test-servers.ts';

const silent = createLogger('silent', { write: () => {} });
const open = (url: string) => openDatabase(testSettings({ DATABASE_URL: url }), silent);

/** A migrated database for one test file on a shared server. */
export interface FreshDatabase {
  readonly url: string;
  readonly database: Database;
  /** Drops it and closes all connections. */
  remove(): Promise<void>;
}

export async function freshDatabase({ databaseUrl }: Pick<TestServers, 'databaseUrl'>): Promise<FreshDatabase> {
  const name = `leyenda_${randomBytes(6).toString('hex')}`;
  const server = await open(databaseUrl);
  await sql`create database ${sql.table(name)}`.execute(server.db);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  const database = await open(url.href);
  await database.migrate();
  return {
    url: url.href,
    database,
    async remove() {
      await database.close();
      await sql`drop database ${sql.table(name)} with (force)`.execute(server.db);
      await server.close();
    },
  };
}
