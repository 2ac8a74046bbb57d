import { PGlite, type Transaction } from '@electric-sql/pglite';
import { freeBytes, megabyte, reserve } from './disk-space.ts';

/** As PostgreSQL's own error of a full disk. */
class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = '53100';
}

/** Whether an error leaves the instance unusable: PostgreSQL's PANIC, or an end of the WebAssembly program. */
const isFatal = (error: unknown) =>
  Error.isError(error) && (error.name === 'RuntimeError' || ('severity' in error && error.severity === 'PANIC'));

interface Guard {
  readonly path: string;
  /** Ends the process: whatever asked the instance next would never get an answer, and the process could do nothing else. */
  readonly onFatal: (error: unknown) => never;
}

/** PGlite that is not asked without space on its disk, and never again after an error that breaks it. */
class GuardedPGlite extends PGlite {
  readonly #guard: Guard;
  constructor(guard: Guard) {
    super(guard.path);
    this.#guard = guard;
  }

  #checkSpace(needed: number): void {
    const free = freeBytes(this.#guard.path);
    if (free >= needed) return;
    const [has, needs] = [free, needed].map((bytes) => Math.floor(bytes / megabyte));
    throw new DiskFullError(`${has} MB are free on the disk of ${this.#guard.path}, and ${needs} MB are needed`);
  }
  #ended(error: unknown): unknown {
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
  /** Checks with the first statement: Kysely would wait for ever for a transaction that does not begin. */
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

  /** Every message to PostgreSQL passes here, also those of transactions. */
  override async execProtocolStream(...message: Parameters<PGlite['execProtocolStream']>) {
    try {
      return await super.execProtocolStream(...message);
    } catch (error) {
      throw this.#ended(error);
    }
  }

  /** PGlite asks PostgreSQL again after any exception; of one that ended the program it would do so for ever. */
  watchProgram(): void {
    const { mod } = this;
    if (mod === undefined) return;
    const once = mod._PostgresMainLoopOnce;
    mod._PostgresMainLoopOnce = () => {
      try {
        once();
      } catch (error) {
        throw this.#ended(error);
      }
    };
  }
}

/** Opens the embedded database of a path, or makes it. */
export async function openGuardedPglite(path: string, onFatal: Guard['onFatal']): Promise<PGlite> {
  const pglite = new GuardedPGlite({ path, onFatal });
  await pglite.waitReady;
  pglite.watchProgram();
  return pglite;
}
