import type { PGlite } from '@electric-sql/pglite';
import { freeBytes, megabyte, reserve } from './disk-space.ts';
import type { ConnectionGuard } from './serve-connection.ts';
import { errorResponse, isStartup, panicIn, queryText } from './wire-messages.ts';

/** They free space, or need none. */
const endsTransaction = /^\s*(commit|rollback)\b/i;
/** SQLSTATE of PostgreSQL's disk_full. */
const diskFull = '53100';

/** Rejects statements without space on the disk of the database. */
function rejectWithoutSpace(path: string, pglite: PGlite, message: Uint8Array): Uint8Array | undefined {
  if (isStartup(message)) return undefined;
  const inTransaction = pglite.isInTransaction();
  const needed = inTransaction ? reserve.withinTransaction : reserve.statement;
  const free = freeBytes(path);
  if (free >= needed || endsTransaction.test(queryText(message) ?? '')) return undefined;
  const [freeMb, neededMb] = [free, needed].map((bytes) => Math.floor(bytes / megabyte));
  return errorResponse(diskFull, `${freeMb} MB are free on the disk of ${path}, and ${neededMb} MB are needed`, inTransaction);
}

/** PGlite throws it instead of a longjmp to the main loop (POSTGRES_MAIN_LONGJMP), which then continues. */
const isErrorOfStatement = (error: unknown) => typeof error === 'object' && error !== null && Reflect.get(error, 'status') === 100;

/**
 * Guards a database of a folder. After a PANIC of PostgreSQL, or a trap of the WebAssembly program, the instance is unusable: the next
 * statement would run without end. PGlite calls the main loop again after any exception, so it must not return then.
 * @param onFatal never returns
 */
export function guardDatabase(pglite: PGlite, path: string, onFatal: (error: unknown) => never): ConnectionGuard {
  let response: Uint8Array = new Uint8Array();
  const { Module: program } = pglite;
  const runOnce = program._PostgresMainLoopOnce;
  program._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if (!isErrorOfStatement(error)) onFatal(panicIn(response) ?? error);
      throw error;
    }
  };
  return {
    reject: (_pglite, message) => rejectWithoutSpace(path, pglite, message),
    onResponse: (bytes) => {
      response = bytes;
    },
  };
}
