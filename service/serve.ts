import type { Server } from 'node:http';
import type { Listener } from '../contract/ports.ts';
import { listenersOf, type ServingRole } from '../contract/roles.ts';
import type { Settings } from '../contract/settings.ts';
import type { Timings } from '../contract/timings.ts';
import { createApp } from './app.ts';
import { createAppDependencies, type Infrastructure } from './app-dependencies.ts';
import { backgroundOf } from './background.ts';
import { type Database, openReplica } from './database/database.ts';
import { logLevelFor } from './database/outage-log.ts';
import type { Worker } from './database/queue-worker.ts';
import type { ListenerKind } from './endpoints-on.ts';
import { stopping } from './http/timeout.ts';
import { listen, type PortSetting, portOf } from './listen.ts';
import type { ServingProcess } from './processes/serving-process.ts';
import { createModels } from './providers/configuration.ts';
import { openRedis, type Redis } from './redis/redis.ts';
import { startPeriodicTasks } from './runtime/periodic-tasks.ts';
import { type Lifecycle, stop } from './runtime/shutdown.ts';
import { StartError } from './runtime/start-error.ts';
import type { Dependencies } from './system/health.ts';
import type { Logger } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

export interface Service {
  /** URL of the API for a client on this machine. */
  readonly url: string;
  /** The ports that the process listens on. */
  readonly ports: Readonly<Record<Listener, number | undefined>>;
  /** Starts to answer requests and to process batches; to be called once the database is ready. */
  begin(): void;
  stop(durations: Pick<Timings, 'deregistrationDelay' | 'drain' | 'close'>): Promise<void>;
}

/** The readiness check of each dependency. */
function readinessChecks(settings: Settings, database: Database, redis: Redis | undefined): Dependencies {
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
    // Without Redis, cache and limits are local.
    cache: { required: false, kind: redis === undefined ? 'memory' : 'redis', check: async () => redis?.checkWritable() },
  };
}

/** Reports the connections of the database pool. */
function reportPool(metrics: Metrics, database: Database): void {
  const { size, ...counts } = database.pool();
  for (const state of ['used', 'idle', 'waiting'] as const) metrics.set('databasePool', { state }, counts[state]);
  metrics.set('databasePoolSize', {}, size);
}

interface RoleListener {
  readonly kind: ListenerKind;
  readonly setting: PortSetting;
  readonly port: number;
}

/**
 * The listeners of a role.
 * @throws {StartError} if two listeners have the same port
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
 * Listens on the ports of the role. Until `begin` is called, endpoints other than probes return 503 and the database is not used,
 * so that a start that fails because a port is taken has changed nothing. Redis and the models are connected to on first use.
 * @param replaced what tests replace
 * @throws {StartError} if a port cannot be listened on
 */
export async function serve(
  role: ServingRole,
  settings: Settings,
  log: Logger,
  database: Database,
  self?: ServingProcess,
  replaced: Partial<Infrastructure> = {},
): Promise<Service> {
  const redis = settings.REDIS_URL === undefined ? undefined : openRedis(settings.REDIS_URL, log.child({ module: 'redis' }));
  const { DATABASE_REPLICA_URL: replicaUrl, DATABASE_POOL_SIZE: poolSize } = settings;
  const replica = replicaUrl === undefined ? undefined : await openReplica(replicaUrl, poolSize, log);
  const lines = log.child({ module: 'process' });
  const app = createAppDependencies(settings, log, {
    db: database.db,
    replica,
    sqlExecutor: database.sqlExecutor,
    redis,
    dependencies: readinessChecks(settings, database, redis),
    models: (meter, onCall) => createModels(settings, meter, onCall),
    ...(self === undefined ? {} : { metricsText: self.metricsText }),
    ...replaced,
  });
  const { lifecycle, shutdown, metrics, accounts, usage, system, idempotency } = app;
  const background = backgroundOf(role, app);
  metrics.beforeScrape(() => reportPool(metrics, database));
  database.observe((statement, seconds) => metrics.observe('databaseDuration', { statement }, seconds));
  await redis?.waitForConnection();
  const { promise: started, resolve: endStart } = Promise.withResolvers<void>();
  Object.assign(lifecycle, { state: 'starting', started } satisfies Lifecycle);
  const servers = new Map<ListenerKind, Server>();
  for (const { kind, setting, port } of listenersFor(role, settings)) {
    const parserErrors = { releaseId: settings.RELEASE_ID, log, metrics };
    servers.set(kind, await listen(createApp(app, kind), { setting, host: settings.HOST, port }, parserErrors));
  }
  const portOn = (kind: ListenerKind) => {
    const server = servers.get(kind);
    return server && portOf(server);
  };
  const ports = { http: portOn('http') ?? portOn('probes'), graphql: portOn('graphql'), metrics: portOn('metrics') };
  let workers: readonly Worker[] = [];
  let stopTasks = async () => {};
  const close = async () => {
    // At the same time: buffered usage must not wait for a slow task.
    await Promise.allSettled([stopTasks(), app.queries.close(), usage.metering.flushed(), accounts.flush()]);
    await Promise.allSettled([redis?.close(), replica?.destroy(), database.close(), replaced.tracing?.close()]);
  };
  return {
    url: `http://localhost:${ports.http ?? ports.graphql}`,
    ports,
    begin() {
      // A stop may have been requested meanwhile.
      if (lifecycle.state !== 'starting') return;
      workers = background.startWorkers();
      const tasks = [...usage.tasks, ...accounts.tasks, ...idempotency.tasks, ...system.tasks, ...app.reads.tasks, ...background.tasks];
      stopTasks = startPeriodicTasks(tasks, (error, { name }) =>
        lines[logLevelFor(error, 'warn')]({ error, task: name }, 'A periodic task failed and will be retried'),
      );
      lifecycle.state = 'running';
      endStart();
    },
    stop: (durations) =>
      stop({
        lifecycle,
        servers: [...servers.values()],
        workers,
        durations,
        endResponses: () => shutdown.abort(stopping()),
        closeListeners: self?.closeListeners,
        close,
        log: lines,
      }),
  };
}
