import { PGlite, type Transaction } from '@electric-sql/pglite';
import { freeBytes, megabyte, reserve } from './disk-space.ts';

/** Has the SQLSTATE of PostgreSQL's disk_full. */
class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = '53100';
}

/** Whether the instance is unusable after an error: a PANIC of PostgreSQL, or a trap of the WebAssembly program. */
const isFatal = (error: unknown) =>
  Error.isError(error) && (error.name === 'RuntimeError' || ('severity' in error && error.severity === 'PANIC'));

interface Guard {
  readonly path: string;
  /** Ends the process: the next statement would block it without end. */
  readonly onFatal: (error: unknown) => never;
}

/** PGlite that rejects statements without space on its disk, and ends the process after a fatal error. */
class GuardedPGlite extends PGlite {
  readonly #guard: Guard;
  constructor(guard: Guard) {
    super(guard.path);
    this.#guard = guard;
  }

  #checkSpace(needed: number): void {
    const free = freeBytes(this.#guard.path);
    if (free >= needed) return;
    const [freeMb, neededMb] = [free, needed].map((bytes) => Math.floor(bytes / megabyte));
    throw new DiskFullError(`${freeMb} MB are free on the disk of ${this.#guard.path}, and ${neededMb} MB are needed`);
  }
  #checkFatal(error: unknown): unknown {
    return isFatal(error) ? this.#guard.onFatal(error) : error;
  }

  override async query<T>(...query: Parameters<PGlite['query']>) {
    this.#checkSpace(reserve.statement);
    return super.query<T>(...query);
  }
  override async exec(...query: Parameters<PGlite['exec']>) {
    this.#checkSpace(reserve.statement);
    return super.exec(...query);
  }
  /** The check runs with the first statement: Kysely waits without end for a transaction that does not start. */
  override async transaction<T>(callback: (tx: Transaction) => Promise<T>): Promise<T> {
    let needed: number = reserve.statement;
    const check = () => {
      this.#checkSpace(needed);
      needed = reserve.withinTransaction;
    };
    const guarded = (tx: Transaction): Transaction => ({
      ...tx,
      query: async (...query) => {
        check();
        return tx.query(...query);
      },
      exec: async (...query) => {
        check();
        return tx.exec(...query);
      },
      get closed() {
        return tx.closed;
      },
    });
    return super.transaction((tx) => callback(guarded(tx)));
  }

  /** Every message to PostgreSQL passes here, including those of transactions. */
  override async execProtocolStream(...message: Parameters<PGlite['execProtocolStream']>) {
    try {
      return await super.execProtocolStream(...message);
    } catch (error) {
      throw this.#checkFatal(error);
    }
  }

  /** PGlite calls the main loop again after any exception; after a trap it would do so without end. */
  watchMainLoop(): void {
    const { mod } = this;
    if (mod === undefined) return;
    const once = mod._PostgresMainLoopOnce;
    mod._PostgresMainLoopOnce = () => {
      try {
        once();
      } catch (error) {
        throw this.#checkFatal(error);
      }
    };
  }
}

/** Opens the embedded database of a path, or creates it. */
export async function openGuardedPglite(path: string, onFatal: Guard['onFatal']): Promise<PGlite> {
  const pglite = new GuardedPGlite({ path, onFatal });
  await pglite.waitReady;
  pglite.watchMainLoop();
  return pglite;
}
