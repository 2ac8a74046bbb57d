import type { Duplex } from 'node:stream';
import type { Client, Pool, PoolConfig } from 'pg';
import type { Logger } from '../telemetry/log.ts';
import type { SqlExecutor } from './job-queues.ts';
import { listen } from './listener.ts';
import { outageOf } from './outage.ts';
import { tracedStatement } from './traced-statement.ts';

/** Timeout in milliseconds for a connection, and for a statement unless given. */
export const timeoutMs = 1500;
/** The server cancels a statement so many milliseconds before the client's timeout, which keeps the connection usable. */
const serverMarginMs = 100;

/** Connections of the pool, their maximum, and `waiting` requests for one. */
export interface PoolState {
  readonly size: number;
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Message of `pg` after its own timeout. */
const isClientTimeout = (error: unknown) => Error.isError(error) && error.message === 'Query read timeout';

/**
 * Closes a connection that the next statement cannot use; the pool does so for its own statements only. After a timeout the connection
 * is dead or still busy, and is closed at once. If the server is read-only, it may have become a replica while DATABASE_URL leads to the
 * new primary: the connection is closed on release, so that its transaction ends with its own error.
 */
function closeUnusable(client: Client, onRelease: (close: () => void) => void): void {
  const { query } = client;
  const run = (statement: unknown[]): unknown => {
    const [text] = statement;
    const send = (): unknown => Reflect.apply(query, client, statement);
    // The pool passes a function for the result; who calls the pool traces its statement.
    const returnsPromise = typeof text === 'string' && typeof statement.at(-1) !== 'function';
    return returnsPromise ? tracedStatement(text, async () => send()) : send();
  };
  const observedQuery = (...statement: unknown[]): unknown => {
    const result = run(statement);
    if (result instanceof Promise) {
      result.catch((error) => {
        const close = () => void client.end();
        if (isClientTimeout(error)) close();
        else if (outageOf(error)?.name === 'read_only') onRelease(close);
      });
    }
    return result;
  };
  Object.assign(client, { query: observedQuery });
}

export interface ConnectionPool {
  readonly pool: Pool;
  readonly sqlExecutor: SqlExecutor;
  readonly state: () => PoolState;
}

/** @param statementTimeoutMs 0: none */
export const serverPool = (url: string, max: number, statementTimeoutMs: number = timeoutMs): PoolConfig => ({
  connectionString: url,
  max,
  connectionTimeoutMillis: timeoutMs,
  query_timeout: statementTimeoutMs,
  statement_timeout: Math.max(0, statementTimeoutMs - serverMarginMs),
  application_name: 'leyenda',
  options: '-c timezone=UTC',
});

/**
 * One connection, because the embedded database has one session. No timeouts: nothing can cancel its statements, and after one it would
 * still be busy. The variables of libpq, such as PGSSLMODE, do not apply to it.
 */
export const embeddedPool = (stream: () => Duplex): PoolConfig => ({
  stream,
  max: 1,
  idleTimeoutMillis: 0,
  host: 'localhost',
  user: 'postgres',
  database: 'postgres',
  ssl: false,
});

export async function openPool(config: PoolConfig, log: Logger): Promise<ConnectionPool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool(config);
  const closeOnRelease = new WeakMap<object, () => void>();
  // An 'error' event without a listener ends the process. The pool listens on idle connections, and `pg` during a query, but neither
  // between the statements of a transaction. The next use opens a new connection.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    if (client instanceof pg.Client) closeUnusable(client, (close) => closeOnRelease.set(client, close));
  });
  pool.on('release', (_error, client) => closeOnRelease.get(client)?.());
  pool.on('error', (error) => log.warn({ code: 'code' in error ? error.code : error.name }, 'Idle database connection lost'));
  const sqlExecutor: SqlExecutor = {
    // The embedded database has no connection for it, and no other processes.
    ...(pool.options.max > 1 ? { listen: (channel, ...handlers) => listen(pool, channel, ...handlers) } : {}),
    async executeSql(text, values) {
      // Several statements have several results.
      const results = [await tracedStatement(text, () => pool.query(text, values))].flat();
      return { rows: results.flatMap(({ rows }) => rows) };
    },
  };
  const state = () => ({
    size: pool.options.max,
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  });
  return { pool, sqlExecutor, state };
}
