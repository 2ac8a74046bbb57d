import { type Dialect, Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import type { Client } from 'pg';
import type { Settings } from '../contract/settings.ts';
import type { Logger } from '../telemetry/log.ts';
import { openEmbeddedDatabase } from './embedded.ts';
import { incompatible, isMigrated, migrate } from './migrate.ts';
import { embeddedStatements, migrateQueue, type Statements } from './queue.ts';
import type { Tables } from './tables.ts';

/** Longest wait for a connection or one statement, in milliseconds: what needs the database answers 503 afterwards. */
const patience = 1500;
/** The server ends a statement so many milliseconds before nobody waits for it any more: the connection stays usable. */
const ahead = 100;

/** Connections of the pool; `waiting`: what waits for one. */
export interface PoolState {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface Database {
  readonly db: Kysely<Tables>;
  /** Undefined for the embedded database, which has no pool. */
  pool(): PoolState | undefined;
  readonly statements: Statements;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  migrate(): Promise<string[]>;
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

interface Opened {
  readonly dialect: Dialect;
  readonly statements: Statements;
  readonly pool: () => PoolState | undefined;
  /** Called once the database is closed. */
  readonly closed: () => void;
}

/** What `pg` says when a statement got no answer in time. */
const isSilence = (error: unknown) => Error.isError(error) && error.message === 'Query read timeout';

/**
 * A connection whose statement met silence is dead, or busy still: it is closed, and so not given to the next one, who would wait
 * behind that statement. The pool sees to this for its own statements alone.
 */
function closeWhenSilent(client: Client): void {
  const { query } = client;
  const told = (...statement: unknown[]): unknown => {
    const result: unknown = Reflect.apply(query, client, statement);
    if (result instanceof Promise) {
      result.catch((error) => {
        if (isSilence(error)) void client.end();
      });
    }
    return result;
  };
  Object.assign(client, { query: told });
}

async function openPool(url: string, max: number, log: Logger, queryTimeout: number): Promise<Opened> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: patience,
    query_timeout: queryTimeout,
    statement_timeout: Math.max(0, queryTimeout - ahead),
    application_name: 'leyenda',
    options: '-c timezone=UTC',
  });
  // A connection that breaks is replaced at the next use. Without listeners it would end the process: the pool listens while
  // one is idle, and a query while it runs, but between the statements of a transaction nobody does.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    if (client instanceof pg.Client) closeWhenSilent(client);
  });
  pool.on('error', (error) => log.warn({ code: 'code' in error ? error.code : error.name }, 'Idle database connection lost'));
  const statements: Statements = {
    async executeSql(text, values) {
      // Several statements have several results.
      const results = [await pool.query(text, values)].flat();
      return { rows: results.flatMap(({ rows }) => rows) };
    },
  };
  const state = () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount });
  return { dialect: new PostgresDialect({ pool }), statements, pool: state, closed: () => {} };
}

async function openEmbedded(folder: string, program: string): Promise<Opened> {
  const { pglite, unlock } = await openEmbeddedDatabase(folder, program);
  return { dialect: new PGliteDialect({ pglite }), statements: embeddedStatements(pglite), pool: () => undefined, closed: unlock };
}

/** A handle for migrations: no time limit, since another process may be migrating and a change may take long. */
async function patiently<T>(url: string, log: Logger, work: (statements: Statements, db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { dialect, statements } = await openPool(url, 1, log, 0);
  const db = new Kysely<Tables>({ dialect });
  return work(statements, db).finally(() => db.destroy());
}

/**
 * PostgreSQL where DATABASE_URL is set, else an embedded one in LEYENDA_DATA_DIR. Connects at the first use.
 * @param program what this process is, for the error message of a second one that opens the folder
 * @throws {StartError} if another process holds the folder, or it cannot be used
 */
export async function openDatabase(settings: Settings, log: Logger, program = `role ${settings.ROLE}`): Promise<Database> {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, LEYENDA_DATA_DIR } = settings;
  const { dialect, statements, pool, closed } =
    url === undefined ? await openEmbedded(LEYENDA_DATA_DIR, program) : await openPool(url, DATABASE_POOL_SIZE, log, patience);
  const db = new Kysely<Tables>({ dialect });
  /** The queue first: whoever sees every migration applied finds the queue too. */
  const migrateAll = async (over: Statements, own: Kysely<Tables>) => {
    await migrateQueue(over, log);
    return migrate(own);
  };
  async function migrateAndTell(): Promise<string[]> {
    const applied = await (url === undefined ? migrateAll(statements, db) : patiently(url, log, migrateAll));
    for (const step of incompatible(applied)) log.warn(step, 'The release before does not work on this schema');
    return applied;
  }
  return {
    db,
    statements,
    pool,
    ping: async () => void (await sql`select 1`.execute(db)),
    migrate: migrateAndTell,
    isMigrated: () => isMigrated(db),
    close: () => db.destroy().finally(closed),
  };
}
