import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Settings } from '../../contract/settings.ts';
import type { Logger } from '../telemetry/log.ts';
import { type ConnectionPool, embeddedPool, openPool, type PoolState, serverPool } from './connection-pool.ts';
import { openEmbeddedDatabase } from './embedded.ts';
import { toStartError } from './embedded-start.ts';
import { migrateQueues, type SqlExecutor } from './job-queues.ts';
import { incompatibleSteps, isMigrated, migrate } from './migrate.ts';
import { outageOf } from './outage.ts';
import { createOutageLog, type OutageLog, withOutageLog } from './outage-log.ts';
import { kindOf, type OnStatement } from './statements.ts';
import type { Tables } from './tables.ts';

export interface Database {
  readonly db: Kysely<Tables>;
  pool(): PoolState;
  readonly sqlExecutor: SqlExecutor;
  /** Calls `onStatement` after each statement, also a failed one. */
  observe(onStatement: OnStatement): void;
  /** Rejects if the database does not respond. */
  ping(): Promise<void>;
  /** Returns the names of the applied migrations. */
  migrate(): Promise<string[]>;
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

/** The field `module` of its log lines. */
const module = 'database';

interface Connections extends ConnectionPool {
  /** Called after the pool is closed. */
  readonly onClosed: () => Promise<void>;
}

const connectToServer = async (url: string, poolSize: number, log: Logger): Promise<Connections> => ({
  ...(await openPool(serverPool(url, poolSize), log)),
  onClosed: async () => {},
});

async function connectToEmbedded(folder: string, program: string, log: Logger): Promise<Connections> {
  const { stream, close } = await openEmbeddedDatabase(folder, program, (error) => {
    const remedy = outageOf(error)?.remedy ?? 'start again; if that fails, restore a backup';
    log.fatal({ error, folder }, `The process ends because its embedded database failed: ${remedy}`);
    process.exit(1);
  });
  return { ...(await openPool(embeddedPool(stream), log)), onClosed: close };
}

/** A read replica of DATABASE_URL, with a pool of its own. It connects with the first use. */
export async function openReplica(url: string, poolSize: number, log: Logger): Promise<Kysely<Tables>> {
  const { pool } = await openPool(serverPool(url, poolSize), log.child({ module }));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** The queue first: a process that finds every migration applied finds the queue too. */
async function migrateAll(executor: SqlExecutor, db: Kysely<Tables>, log: Logger): Promise<string[]> {
  await migrateQueues(executor, log);
  return migrate(db);
}

/** Migrates without a statement timeout: another process may be migrating, and a change of a large table takes long. */
async function migrateServer(url: string, log: Logger): Promise<string[]> {
  const { pool, sqlExecutor } = await openPool(serverPool(url, 1, 0), log);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return migrateAll(sqlExecutor, db, log).finally(() => db.destroy());
}

const observed = ({ executeSql, ...executor }: SqlExecutor, outages: OutageLog, onStatement: OnStatement): SqlExecutor => ({
  ...executor,
  async executeSql(text, values) {
    const started = performance.now();
    try {
      return await executeSql(text, values);
    } catch (error) {
      outages.record(error);
      throw error;
    } finally {
      onStatement('queue', (performance.now() - started) / 1000);
    }
  },
});

/**
 * PostgreSQL at DATABASE_URL if it is set, otherwise an embedded one in LEYENDA_DATA_DIR. It connects with the first use.
 * @param program describes this process in the error message of a second one that opens the folder
 * @throws {StartError} if another process holds the folder, or it cannot be used
 */
export async function openDatabase(settings: Settings, rootLog: Logger, program = `role ${settings.ROLE}`): Promise<Database> {
  const log = rootLog.child({ module });
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, LEYENDA_DATA_DIR: folder } = settings;
  const connections = await (url === undefined ? connectToEmbedded(folder, program, log) : connectToServer(url, DATABASE_POOL_SIZE, log));
  const outages = createOutageLog(log);
  let onStatement: OnStatement = () => {};
  const sqlExecutor = observed(connections.sqlExecutor, outages, (...statement) => onStatement(...statement));
  const db = new Kysely<Tables>({
    dialect: withOutageLog(new PostgresDialect({ pool: connections.pool }), outages),
    log: (event) => {
      onStatement(kindOf(event.query), event.queryDurationMillis / 1000);
      if (event.level === 'error') outages.record(event.error);
    },
  });
  const migrateEmbedded = () =>
    migrateAll(sqlExecutor, db, log).catch((error: unknown) => {
      throw outageOf(error) === undefined ? error : toStartError(folder, error);
    });
  return {
    db,
    sqlExecutor,
    pool: connections.state,
    observe: (observer) => {
      onStatement = observer;
    },
    ping: async () => void (await sql`select 1`.execute(db)),
    async migrate() {
      const applied = await (url === undefined ? migrateEmbedded() : migrateServer(url, log));
      for (const step of incompatibleSteps(applied)) log.warn(step, 'The previous release does not work on this schema');
      return applied;
    },
    isMigrated: () => isMigrated(db),
    close: () => db.destroy().finally(connections.onClosed),
  };
}
