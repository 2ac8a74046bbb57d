import { type Dialect, Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import type { Client } from 'pg';
import type { Settings } from '../../contract/settings.ts';
import type { Logger } from '../telemetry/log.ts';
import { openEmbeddedDatabase } from './embedded.ts';
import { toStartError } from './embedded-start.ts';
import { incompatibleSteps, isMigrated, migrate } from './migrate.ts';
import { outageOf } from './outage.ts';
import { createOutageLog, withOutageLog } from './outage-log.ts';
import { embeddedSqlExecutor, migrateQueue, type SqlExecutor } from './queue.ts';
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
  readonly sqlExecutor: SqlExecutor;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  migrate(): Promise<string[]>;
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

interface Opened {
  readonly dialect: Dialect;
  readonly statements: SqlExecutor;
  readonly pool: () => PoolState | undefined;
  /** Called once the database is closed. */
  readonly closed: () => void;
}

/** What `pg` says when a statement got no answer in time. */
const isSilence = (error: unknown) => Error.isError(error) && error.message === 'Query read timeout';

/**
 * Closes a connection that is of no use to the next statement. One that got no answer is dead, or still busy: it is closed at once.
 * The server of a read-only one may have become a replica, while DATABASE_URL leads to the new primary: it is closed once it is
 * released, so that its transaction ends with its own error. The pool does so for its own statements alone.
 */
function closeUseless(client: Client, released: (close: () => void) => void): void {
  const { query } = client;
  const told = (...statement: unknown[]): unknown => {
    const result: unknown = Reflect.apply(query, client, statement);
    if (result instanceof Promise) {
      result.catch((error) => {
        const close = () => void client.end();
        if (isSilence(error)) close();
        else if (outageOf(error)?.name === 'read_only') released(close);
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
  const closings = new WeakMap<object, () => void>();
  // A connection that breaks is replaced at the next use. Without listeners it would end the process: the pool listens while
  // one is idle, and a query while it runs, but between the statements of a transaction nobody does.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    if (client instanceof pg.Client) closeUseless(client, (close) => closings.set(client, close));
  });
  pool.on('release', (_error, client) => closings.get(client)?.());
  pool.on('error', (error) => log.warn({ code: 'code' in error ? error.code : error.name }, 'Idle database connection lost'));
  const statements: SqlExecutor = {
    async executeSql(text, values) {
      // Several statements have several results.
      const results = [await pool.query(text, values)].flat();
      return { rows: results.flatMap(({ rows }) => rows) };
    },
  };
  const state = () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount });
  return { dialect: new PostgresDialect({ pool }), statements, pool: state, closed: () => {} };
}

async function openEmbedded(folder: string, program: string, log: Logger): Promise<Opened> {
  const { pglite, unlock } = await openEmbeddedDatabase(folder, program, (error) => {
    const remedy = outageOf(error)?.remedy ?? 'start again; if that fails, restore a backup';
    log.fatal({ error, folder }, `The process ends because its embedded database broke down: ${remedy}`);
    process.exit(1);
  });
  return { dialect: new PGliteDialect({ pglite }), statements: embeddedSqlExecutor(pglite), pool: () => undefined, closed: unlock };
}

/** A handle for migrations: no time limit, since another process may be migrating and a change may take long. */
async function patiently<T>(url: string, log: Logger, work: (statements: SqlExecutor, db: Kysely<Tables>) => Promise<T>): Promise<T> {
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
  const outages = createOutageLog(log);
  const opened =
    url === undefined ? await openEmbedded(LEYENDA_DATA_DIR, program, log) : await openPool(url, DATABASE_POOL_SIZE, log, patience);
  const { pool, closed } = opened;
  const statements: SqlExecutor = {
    async executeSql(text, values) {
      try {
        return await opened.statements.executeSql(text, values);
      } catch (error) {
        outages.record(error);
        throw error;
      }
    },
  };
  const db = new Kysely<Tables>({
    dialect: withOutageLog(opened.dialect, outages),
    log: (event) => {
      if (event.level === 'error') outages.record(event.error);
    },
  });
  /** The queue first: whoever sees every migration applied finds the queue too. */
  const migrateAll = async (over: SqlExecutor, own: Kysely<Tables>) => {
    await migrateQueue(over, log);
    return migrate(own);
  };
  const migrateEmbedded = () =>
    migrateAll(statements, db).catch((error: unknown) => {
      throw outageOf(error) === undefined ? error : toStartError(LEYENDA_DATA_DIR, error);
    });
  async function migrateAndTell(): Promise<string[]> {
    const applied = await (url === undefined ? migrateEmbedded() : patiently(url, log, migrateAll));
    for (const step of incompatibleSteps(applied)) log.warn(step, 'The release before does not work on this schema');
    return applied;
  }
  return {
    db,
    sqlExecutor: statements,
    pool,
    ping: async () => void (await sql`select 1`.execute(db)),
    migrate: migrateAndTell,
    isMigrated: () => isMigrated(db),
    close: () => db.destroy().finally(closed),
  };
}
