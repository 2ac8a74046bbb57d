import { type Kysely, sql } from 'kysely';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { outageOf } from './outage.ts';
import type { Tables } from './tables.ts';

/** Reads that may be some seconds old. */
export interface Reads {
  /**
   * Runs statements that only read, on the replica if there is one and it is not behind. They may run twice: if the replica fails, the
   * primary is read.
   */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Throws if the replica is not read; undefined without a replica. */
  readonly check: (() => Promise<void>) | undefined;
  readonly tasks: readonly PeriodicTask[];
}

/** The replica is not read if it is so many seconds behind. */
const maxLagSeconds = 5;
const checkMs = 1000;
/** Positions of the primary are remembered for so many milliseconds: a lag up to this one is known. */
const rememberedMs = 60_000;

interface Position {
  readonly at: number;
  /** Position in the write-ahead log, in bytes. */
  readonly bytes: number;
}

const bytesOf = async (db: Kysely<Tables>, position: string) => {
  const { rows } = await sql<{ bytes: number | null }>`select pg_wal_lsn_diff(${sql.raw(position)}, '0/0')::float8 as bytes`.execute(db);
  return rows[0]?.bytes ?? undefined;
};

/**
 * Seconds that the replica is behind: the age of the newest position of the primary that it has replayed. Its own timestamps say nothing
 * while the primary is idle, and nothing if it has lost its connection to the primary.
 */
function createLagMeter(primary: Kysely<Tables>, replica: Kysely<Tables>): () => Promise<number> {
  const positions: Position[] = [];
  return async () => {
    const at = performance.now();
    const bytes = await bytesOf(primary, 'pg_current_wal_lsn()');
    if (bytes !== undefined) positions.push({ at, bytes });
    while (positions[0] !== undefined && positions[0].at < at - rememberedMs) positions.shift();
    const replayed = await bytesOf(replica, 'case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end');
    if (replayed === undefined) throw new Error('the server of DATABASE_REPLICA_URL is no replica');
    const reached = positions.findLast((position) => position.bytes <= replayed);
    if (reached === undefined) return Number.POSITIVE_INFINITY;
    return reached.at === at ? 0 : (performance.now() - reached.at) / 1000;
  };
}

interface ReadsOptions {
  readonly primary: Kysely<Tables>;
  /** Not set: the primary is read. */
  readonly replica: Kysely<Tables> | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Reads from the replica while it follows the primary, otherwise from the primary. */
export function createReads({ primary, replica, metrics, log }: ReadsOptions): Reads {
  metrics.unset('databaseReplicaLag', {});
  if (replica === undefined) return { read: (work) => work(primary), check: undefined, tasks: [] };
  const lagOf = createLagMeter(primary, replica);
  let problem: string | undefined = 'the replica was not checked yet';
  const setProblem = (found: string | undefined) => {
    if (found !== problem)
      log[found === undefined ? 'info' : 'warn']({ reason: found }, found ? 'The replica is not read' : 'The replica is read');
    problem = found;
  };
  async function check(): Promise<void> {
    const lag = await lagOf().catch((error: unknown) => {
      setProblem(Error.isError(error) ? error.message : String(error));
      return undefined;
    });
    if (lag === undefined) return metrics.unset('databaseReplicaLag', {});
    metrics.set('databaseReplicaLag', {}, lag);
    setProblem(lag > maxLagSeconds ? 'it is behind the primary' : undefined);
  }
  return {
    async read(work) {
      if (problem !== undefined) {
        metrics.count('fallbacks', { dependency: 'replica', operation: 'read' });
        return work(primary);
      }
      try {
        return await work(replica);
      } catch (error) {
        if (outageOf(error) === undefined) throw error;
        metrics.count('fallbacks', { dependency: 'replica', operation: 'read' });
        setProblem(Error.isError(error) ? error.message : String(error));
        return work(primary);
      }
    },
    async check() {
      if (problem !== undefined) throw new Error(problem);
    },
    tasks: [{ name: 'check the replica', intervalMs: checkMs, retryMs: checkMs, runImmediately: true, run: check }],
  };
}
