/** Limits of a PostgreSQL server, and its number of connections. */
export interface Server {
  /** Memory limit in bytes, which includes its page cache. */
  readonly memory: number;
  readonly cores: number;
  /** `max_connections`. */
  readonly connections: number;
  /** Size in bytes of the volume with data and WAL. */
  readonly volume: number;
}
/** Values of `postgresql.conf` by parameter. */
export type Parameters = Readonly<Record<string, string>>;

const mebi = 2 ** 20;

/** Shares of the memory for shared_buffers, each maintenance operation, and the kernel's page cache. */
const shares = { buffers: 1 / 4, maintenance: 1 / 64, pageCache: 1 / 10 } as const;
const autovacuumWorkers = 3;
/** Concurrent maintenance operations: autovacuum, and one by a person or a migration. */
const maintenanceOperations = autovacuumWorkers + 1;
const walBuffers = 16 * mebi;
/** The postmaster and background processes. */
const background = 32 * mebi;
/** A connection's process without work_mem: catalog caches, plans, protocol. */
const process = 5 * mebi;
/** A hash table may use this multiple of `work_mem`. */
const hashMultiplier = 2;
/** With less, every sort spills to disk. */
const minWorkMem = mebi;
/** Three processes of a parallel hash must fit into a container's 64 MiB of shared memory. */
const maxWorkMem = 8 * mebi;

/** Memory that remains for connections. */
const forConnections = (memory: number) =>
  memory * (1 - shares.buffers - shares.maintenance * maintenanceOperations - shares.pageCache) - walBuffers - background;

/** Maximum number of connections for a memory limit in bytes, each with the minimum of work_mem. */
export const maxConnections = (memory: number) => Math.max(0, Math.floor(forConnections(memory) / (process + hashMultiplier * minWorkMem)));

const clamp = (min: number, value: number, max: number) => Math.min(Math.max(min, value), max);
const megabytes = (amount: number) => `${Math.floor(amount / mebi)}MB`;
const kilobytes = (amount: number) => `${Math.floor(amount / 1024)}kB`;

/**
 * PostgreSQL's parameters for a server of this size. The maximum of connections, maintenance and buffers together stays below the memory
 * limit, so the kernel never kills a process.
 * @throws RangeError if the connections do not fit into the memory
 */
export function tune({ memory, cores, connections, volume }: Server): Parameters {
  const max = maxConnections(memory);
  if (connections > max) throw new RangeError(`${connections} connections do not fit into ${megabytes(memory)}, which fits ${max}`);
  const maintenance = memory * shares.maintenance;
  const work = Math.min(maxWorkMem, (forConnections(memory) / connections - process) / hashMultiplier);
  const wal = clamp(64 * mebi, volume / 8, 8192 * mebi);
  const parallel = clamp(0, Math.floor(cores) - 1, 2);
  return {
    ...behaviour,
    max_connections: String(connections),
    shared_buffers: megabytes(memory * shares.buffers),
    effective_cache_size: megabytes(memory * (1 - shares.maintenance * maintenanceOperations) * 0.75),
    work_mem: kilobytes(work),
    hash_mem_multiplier: String(hashMultiplier),
    maintenance_work_mem: kilobytes(maintenance),
    autovacuum_work_mem: kilobytes(maintenance),
    autovacuum_max_workers: String(autovacuumWorkers),
    wal_buffers: megabytes(walBuffers),
    max_wal_size: megabytes(wal),
    min_wal_size: megabytes(wal / 2),
    max_worker_processes: String(Math.max(8, 2 * Math.ceil(cores))),
    max_parallel_workers: String(Math.ceil(cores)),
    max_parallel_workers_per_gather: String(parallel),
    max_parallel_maintenance_workers: String(parallel),
  };
}

/** Parameters that do not depend on the size. */
const behaviour: Parameters = {
  superuser_reserved_connections: '3',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Checkpoints by time instead of WAL size.
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  wal_compression: 'on',
  // Volumes are solid state: random reads cost little more than sequential ones.
  random_page_cost: '1.1',
  effective_io_concurrency: '200',
  // Statements are short: JIT compilation takes longer than execution.
  jit: 'off',
  track_io_timing: 'on',
  // Cancels statements of disconnected clients, behind a pooler too.
  client_connection_check_interval: '1s',
  idle_in_transaction_session_timeout: '60s',
  log_min_duration_statement: '500ms',
  log_checkpoints: 'on',
  log_lock_waits: 'on',
  log_temp_files: '10MB',
  log_autovacuum_min_duration: '10s',
};

/** Renders `postgresql.conf`. Values are quoted, because some have a unit or a colon. */
export const postgresqlConf = (parameters: Parameters) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
