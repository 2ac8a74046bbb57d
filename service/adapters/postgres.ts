import { mkdir } from 'node:fs/promises';
import { type Dialect, Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import type { Settings } from '../contract/settings.ts';
import type { Logger } from '../telemetry/log.ts';
import { isMigrated, migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** Longest wait for a connection or one statement, in milliseconds: what needs the database answers 503 afterwards. */
const patience = 1500;

export interface Database {
  readonly db: Kysely<Tables>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  migrate(): Promise<string[]>;
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

async function postgresDialect(url: string, max: number, log: Logger, queryTimeout: number): Promise<Dialect> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: patience,
    query_timeout: queryTimeout,
    application_name: 'leyenda',
    options: '-c timezone=UTC',
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ code: 'code' in error ? error.code : error.name }, 'Idle database connection lost'));
  return new PostgresDialect({ pool });
}

async function embeddedDialect(folder: string): Promise<Dialect> {
  const { PGlite } = await import('@electric-sql/pglite');
  await mkdir(folder, { recursive: true });
  return new PGliteDialect({ pglite: () => PGlite.create(`${folder}/postgres`) });
}

/** A handle for migrations: no time limit, since another process may be migrating and a change may take long. */
async function patiently<T>(url: string, log: Logger, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const db = new Kysely<Tables>({ dialect: await postgresDialect(url, 1, log, 0) });
  return work(db).finally(() => db.destroy());
}

/** PostgreSQL where DATABASE_URL is set, else an embedded one in LEYENDA_DATA_DIR. Connects at the first use. */
export async function openDatabase(settings: Settings, log: Logger): Promise<Database> {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, LEYENDA_DATA_DIR } = settings;
  const dialect =
    url === undefined ? await embeddedDialect(LEYENDA_DATA_DIR) : await postgresDialect(url, DATABASE_POOL_SIZE, log, patience);
  const db = new Kysely<Tables>({ dialect });
  return {
    db,
    ping: async () => void (await sql`select 1`.execute(db)),
    migrate: () => (url === undefined ? migrate(db) : patiently(url, log, migrate)),
    isMigrated: () => isMigrated(db),
    close: () => db.destroy(),
  };
}
