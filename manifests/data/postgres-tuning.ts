/** Most that a PostgreSQL server may use, and what is asked of it. */
export interface Server {
  /** Limit of its memory, in bytes; its page cache counts too. */
  readonly memory: number;
  readonly cores: number;
  /** `max_connections`. */
  readonly connections: number;
  /** Size of the volume with data and WAL, in bytes. */
  readonly volume: number;
}
/** Parameters by name, as `postgresql.conf` takes them. */
export type Parameters = Readonly<Record<string, string>>;

const mebi = 2 ** 20;

/** Shares of the memory: shared_buffers, each run of maintenance, and what stays for the kernel's page cache. */
const shares = { buffers: 1 / 4, maintenance: 1 / 64, pageCache: 1 / 10 } as const;
const autovacuumWorkers = 3;
/** So many runs of maintenance at a time: autovacuum's, and one by hand or of a migration. */
const maintenanceRuns = autovacuumWorkers + 1;
const walBuffers = 16 * mebi;
/** The postmaster and the processes in the background. */
const background = 32 * mebi;
/** A connection's process before it sorts: catalogue, plans, protocol. */
const process = 5 * mebi;
/** A hash may take so many times `work_mem`. */
const hashMultiplier = 2;
/** Below this, every sort goes to disk. */
const leastWork = mebi;
/** Three processes of one parallel hash fit into the 64 MiB that a container has as shared memory. */
const mostWork = 8 * mebi;

/** What is left for connections. */
const forConnections = (memory: number) =>
  memory * (1 - shares.buffers - shares.maintenance * maintenanceRuns - shares.pageCache) - walBuffers - background;

/** How many connections fit into a memory limit in bytes, each with the least that it needs. */
export const maxConnections = (memory: number) => Math.max(0, Math.floor(forConnections(memory) / (process + hashMultiplier * leastWork)));

const clamp = (least: number, value: number, most: number) => Math.min(Math.max(least, value), most);
const megabytes = (amount: number) => `${Math.floor(amount / mebi)}MB`;
const kilobytes = (amount: number) => `${Math.floor(amount / 1024)}kB`;

/**
 * PostgreSQL's parameters for a server of this size (guide row DB-09): what all connections, maintenance and buffers take at most
 * stays below the limit, so that the kernel ends none of them.
 * @throws RangeError when so many connections do not fit; names both
 */
export function tune({ memory, cores, connections, volume }: Server): Parameters {
  const most = maxConnections(memory);
  if (connections > most) throw new RangeError(`${connections} connections do not fit into ${megabytes(memory)}, which holds ${most}`);
  const maintenance = memory * shares.maintenance;
  const work = Math.min(mostWork, (forConnections(memory) / connections - process) / hashMultiplier);
  const wal = clamp(64 * mebi, volume / 8, 8192 * mebi);
  const parallel = clamp(0, Math.floor(cores) - 1, 2);
  return {
    ...behaviour,
    max_connections: String(connections),
    shared_buffers: megabytes(memory * shares.buffers),
    effective_cache_size: megabytes(memory * (1 - shares.maintenance * maintenanceRuns) * 0.75),
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

/** What does not depend on the size. */
const behaviour: Parameters = {
  superuser_reserved_connections: '3',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Checkpoints are spread over time rather than forced by WAL.
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  wal_compression: 'on',
  // Volumes are solid state: a random page costs little more than the next one.
  random_page_cost: '1.1',
  effective_io_concurrency: '200',
  // Statements are short: compiling them takes longer than running them.
  jit: 'off',
  track_io_timing: 'on',
  // A statement ends soon after whoever asked has gone, behind a pooler too.
  client_connection_check_interval: '1s',
  idle_in_transaction_session_timeout: '60s',
  log_min_duration_statement: '500ms',
  log_checkpoints: 'on',
  log_lock_waits: 'on',
  log_temp_files: '10MB',
  log_autovacuum_min_duration: '10s',
};

/** As a file; quoted, since some values have a unit or a colon. */
export const postgresqlConf = (parameters: Parameters) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
