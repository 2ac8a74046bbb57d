import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type Koa from 'koa';
import { createAuthenticate } from './accounts/authenticate.ts';
import { databaseKeys } from './accounts/store.ts';
import { createCache } from './adapters/cache.ts';
import { Counters } from './adapters/counters.ts';
import type { Database } from './adapters/postgres.ts';
import { openRedis, type Redis } from './adapters/redis.ts';
import { createApp, createMetricsApp } from './app.ts';
import { createGenerate } from './captions/captions.ts';
import { draft } from './captions/schema.ts';
import type { Settings } from './contract/settings.ts';
import type { Timings } from './contract/timings.ts';
import type { State } from './http/context.ts';
import { createTextModel } from './providers/index.ts';
import { type Lifecycle, stop } from './shutdown.ts';
import { createHealth, type Dependency, type DependencyName } from './system/health.ts';
import type { Logger } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface Service {
  /** Address of the API for a caller on this machine. */
  readonly url: string;
  /** The ports that were taken; `metrics` where METRICS_PORT is set. */
  readonly ports: { readonly http: number; readonly metrics: number | undefined };
  stop(durations: Pick<Timings, 'linger' | 'drain' | 'close'>): Promise<void>;
}

/** Settings that make the same model answer differently. */
const modelSetup = ({ OPENAI_BASE_URL, OPENAI_MODEL, OPENAI_MAX_TOKENS }: Settings) =>
  JSON.stringify([OPENAI_BASE_URL, OPENAI_MODEL, OPENAI_MAX_TOKENS]);

/** Longer than the idle time of the proxies in front, so that they and not the service end an idle connection. */
const keepAliveSeconds = 75;

async function listen(app: Koa<State>, host: string, port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: keepAliveSeconds * 1000 }, app.callback());
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

/** What /ready asks of each dependency. */
function dependencies(settings: Settings, database: Database, redis: Redis | undefined): Record<DependencyName, Dependency> {
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
    cache: { required: false, kind: redis === undefined ? 'memory' : 'redis', check: async () => redis?.ping() },
  };
}

/** Starts the API over a database. Redis and the model are reached when they are needed. */
export async function serve(settings: Settings, log: Logger, database: Database): Promise<Service> {
  const lifecycle: Lifecycle = { state: 'running' };
  const metrics = createMetrics();
  metrics.set('buildInfo', { version: settings.API_VERSION, release: settings.RELEASE_ID }, 1);
  const redis = settings.REDIS_URL === undefined ? undefined : openRedis(settings.REDIS_URL, log);
  const quota = { requests: settings.RATE_LIMIT_REQUESTS, windowSeconds: settings.RATE_LIMIT_WINDOW };
  const cacheOptions = { ttlSeconds: settings.CACHE_TTL, maxEntries: settings.CACHE_MAX_ENTRIES, redis, metrics };
  const model = createTextModel(settings, ({ model, outcome, seconds }) => {
    metrics.count('modelRequests', { model, outcome });
    metrics.observe('modelDuration', { model }, seconds);
  });
  const parts = {
    settings,
    log,
    metrics,
    health: createHealth(dependencies(settings, database, redis), metrics),
    authenticate: createAuthenticate(databaseKeys(database.db, quota), settings.VALID_API_KEYS, quota, metrics),
    counters: new Counters(redis, metrics),
    generate: createGenerate(model, createCache({ name: 'caption:1', schema: draft, ...cacheOptions }), modelSetup(settings)),
    lifecycle,
  };
  const { HOST, PORT, METRICS_PORT } = settings;
  const http = await listen(createApp(parts), HOST, PORT);
  const scraped =
    settings.ENABLE_METRICS && METRICS_PORT !== undefined ? await listen(createMetricsApp(parts), HOST, METRICS_PORT) : undefined;
  const servers = scraped === undefined ? [http] : [http, scraped];
  const close = () => Promise.allSettled([redis?.close(), database.close()]);
  return {
    url: `http://localhost:${portOf(http)}`,
    ports: { http: portOf(http), metrics: scraped && portOf(scraped) },
    stop: (durations) => stop({ lifecycle, servers, durations, close }),
  };
}
