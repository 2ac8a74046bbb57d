import type { Server } from 'node:http';
import type { Listener } from '../contract/ports.ts';
import { listenersOf, type ServingRole } from '../contract/roles.ts';
import type { Settings } from '../contract/settings.ts';
import type { Timings } from '../contract/timings.ts';
import { createKeyStore } from './accounts/key-store.ts';
import { createPasswordHasher } from './accounts/password-hasher.ts';
import { createApp } from './app.ts';
import { type AppDependencies, createAppDependencies, type Infrastructure } from './app-dependencies.ts';
import { batchTasks, startWorker, type Worker } from './batches/worker.ts';
import type { Database } from './database/database.ts';
import type { ListenerKind } from './endpoints-on.ts';
import { deleteExpiredKeys } from './idempotency/store.ts';
import { listen, type PortSetting, portOf } from './listen.ts';
import { createModels } from './providers/index.ts';
import { openRedis, type Redis } from './redis/redis.ts';
import { type PeriodicTask, startPeriodicTasks } from './runtime/periodic-tasks.ts';
import { stop } from './runtime/shutdown.ts';
import { StartError } from './runtime/start-error.ts';
import { createMetricsSampler } from './system/metrics-samples.ts';
import type { Logger } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { maintainUsage } from './usage/maintenance.ts';
import { createUsageStore } from './usage/store.ts';

export interface Service {
  /** Address of the API for a caller on this machine. */
  readonly url: string;
  /** The ports that were taken. */
  readonly ports: Readonly<Record<Listener, number | undefined>>;
  /** Begins to answer requests and to work on batches: the database is ready. */
  begin(): void;
  stop(durations: Pick<Timings, 'deregistrationDelay' | 'drain' | 'close'>): Promise<void>;
}

/** What /ready asks of each dependency. */
function dependencies(settings: Settings, database: Database, redis: Redis | undefined): Infrastructure['dependencies'] {
  let migrated = false;
  return {
    database: {
      required: true,
      kind: settings.DATABASE_URL === undefined ? 'embedded' : 'postgresql',
      check: async () => {
        await database.ping();
        migrated ||= await database.isMigrated();
        if (!migrated) throw new Error('the schema is not migrated');
      },
    },
    // Without Redis, answers and limits go on locally.
    cache: { required: false, kind: redis === undefined ? 'memory' : 'redis', check: async () => redis?.checkWritable() },
  };
}

/** Guide row DB-17. */
function reportPool(metrics: Metrics, database: Database, { DATABASE_POOL_SIZE }: Settings): void {
  const pool = database.pool();
  if (pool === undefined) return;
  for (const state of ['used', 'idle', 'waiting'] as const) metrics.set('databasePool', { state }, pool[state]);
  metrics.set('databasePoolSize', {}, DATABASE_POOL_SIZE);
}

const minute = 60_000;

/** What every process does by itself; all of it may be done by several at once. */
function chores({ accounts, metrics, settings, log, idempotency }: AppDependencies, { db }: Database): PeriodicTask[] {
  const maintaining = async () => {
    const { made, dropped } = await maintainUsage(db, new Date(), settings.USAGE_RETENTION_MONTHS);
    if (made.length + dropped.length > 0) log.info({ made, dropped }, 'Partitions maintained');
  };
  return [
    { name: 'maintenance', intervalMs: 24 * 60 * minute, retryMs: minute, runImmediately: true, run: maintaining },
    { name: 'last-use', intervalMs: minute / 2, retryMs: minute / 2, runImmediately: false, run: accounts.lastUsed.flush },
    { name: 'idempotency', intervalMs: 60 * minute, retryMs: minute, runImmediately: false, run: () => deleteExpiredKeys(idempotency) },
    { name: 'sample', intervalMs: minute, retryMs: minute, runImmediately: false, run: createMetricsSampler(db, metrics) },
  ];
}

interface RoleListener {
  readonly kind: ListenerKind;
  readonly setting: PortSetting;
  readonly port: number;
}

/**
 * The listeners of a role.
 * @throws {StartError} if two of them have one port
 */
function listenersFor(role: ServingRole, settings: Settings): RoleListener[] {
  const { ENABLE_METRICS, METRICS_PORT } = settings;
  const listeners: RoleListener[] = listenersOf[role].map(([kind, setting]) => ({ kind, setting, port: settings[setting] }));
  if (ENABLE_METRICS && METRICS_PORT !== undefined) listeners.push({ kind: 'metrics', setting: 'METRICS_PORT', port: METRICS_PORT });
  for (const { setting, port } of listeners) {
    const other = listeners.find((one) => one.setting !== setting && one.port === port && port !== 0);
    if (other !== undefined) throw new StartError(`${other.setting}: ${setting} is ${port} too: set ${other.setting} to another port.`);
  }
  return listeners;
}

/**
 * Listens on the ports of the role. Until `begin` is called, /ready and all but the probes answer 503: nothing is read from the
 * database, so that a start which finds a port taken changes nothing. Redis and the model are reached when they are needed.
 * @throws {StartError} if a port cannot be listened on
 */
export async function serve(role: ServingRole, settings: Settings, log: Logger, database: Database): Promise<Service> {
  const { HOST, REDIS_URL, RATE_LIMIT_REQUESTS, RATE_LIMIT_WINDOW } = settings;
  const redis = REDIS_URL === undefined ? undefined : openRedis(REDIS_URL, log);
  const parts = createAppDependencies(settings, log, {
    db: database.db,
    statements: database.sqlExecutor,
    keys: createKeyStore(database.db, { requests: RATE_LIMIT_REQUESTS, windowSeconds: RATE_LIMIT_WINDOW }),
    passwords: createPasswordHasher(),
    redis,
    usage: createUsageStore(database.db),
    dependencies: dependencies(settings, database, redis),
    models: (observe) => createModels(settings, observe),
  });
  parts.metrics.beforeScrape(() => reportPool(parts.metrics, database, settings));
  await redis?.waitForConnection();
  const { promise: started, resolve: endStart } = Promise.withResolvers<void>();
  parts.lifecycle.state = 'starting';
  parts.lifecycle.started = started;
  const opened = new Map<ListenerKind, Server>();
  for (const { kind, setting, port } of listenersFor(role, settings)) {
    opened.set(kind, await listen(createApp(parts, kind), { setting, host: HOST, port }, parts));
  }
  const portOn = (kind: ListenerKind) => {
    const server = opened.get(kind);
    return server && portOf(server);
  };
  const ports = { http: portOn('http') ?? portOn('probes'), graphql: portOn('graphql'), metrics: portOn('metrics') };
  const works = role === 'all' || role === 'worker';
  let worker: Worker | undefined;
  let endChores = async () => {};
  const close = async () => {
    // Together: what is metered must not wait for a chore that takes long.
    await Promise.allSettled([endChores(), parts.sandbox.close(), parts.metering.flushed(), parts.accounts.lastUsed.flush()]);
    await Promise.allSettled([redis?.close(), database.close()]);
  };
  return {
    url: `http://localhost:${ports.http ?? ports.graphql}`,
    ports,
    begin() {
      // Told to stop meanwhile.
      if (parts.lifecycle.state !== 'starting') return;
      worker = works ? startWorker(parts) : undefined;
      endChores = startPeriodicTasks([...chores(parts, database), ...(works ? batchTasks(parts) : [])], log);
      // So that /health knows of its dependencies before anybody asked /ready.
      void parts.health.check();
      parts.lifecycle.state = 'running';
      endStart();
    },
    stop: (durations) => stop({ lifecycle: parts.lifecycle, servers: [...opened.values()], worker, durations, close, log }),
  };
}
