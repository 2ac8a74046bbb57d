import type { Kysely } from 'kysely';
import { graphqlLimits } from '../contract/endpoints/graphql-operations.ts';
import type { Settings } from '../contract/settings.ts';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { type Audit, createAudit } from './accounts/audit.ts';
import type { Authenticate } from './accounts/authenticate.ts';
import type { KeyStore } from './accounts/key-hashing.ts';
import type { PasswordHasher } from './accounts/password-hasher.ts';
import type { Chunk } from './batches/chunks.ts';
import { createItemRunners, type ItemRunners } from './batches/runners.ts';
import { type Caches, createCaches } from './cache/cache.ts';
import { createGenerate, type Generate, keptFor } from './captions/captions.ts';
import { draft } from './captions/schema.ts';
import { openQueue, type Queue, type SqlExecutor } from './database/queue.ts';
import type { Tables } from './database/tables.ts';
import { type PersistedDocuments, persistedDocument } from './graphql/persisted-queries.ts';
import { createIdempotencyStore, type IdempotencyStore } from './idempotency/store.ts';
import { configurationKey } from './providers/configuration.ts';
import { asCaller, type Models } from './providers/models.ts';
import type { ModelCall } from './providers/observing.ts';
import { createHistory, type History } from './queries/history.ts';
import { createQuery, type Query } from './queries/query.ts';
import { createSandbox, type Sandbox } from './queries/sandbox/sandbox.ts';
import { RateLimitStore } from './redis/rate-limit-store.ts';
import type { Redis } from './redis/redis.ts';
import type { Lifecycle } from './runtime/shutdown.ts';
import { createCacheStats } from './system/cache-stats.ts';
import { createHealth, type Dependency, type DependencyName, type Health } from './system/health.ts';
import { type MetricsSample, readMetricsSamples } from './system/metrics-samples.ts';
import { createProcessMetrics } from './system/process-metrics.ts';
import type { Logger } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import type { Budgets } from './usage/budgets.ts';
import { createMetering, type Meter, type Metering } from './usage/metering.ts';
import type { ReadUsage } from './usage/read-usage.ts';
import type { UsageStore } from './usage/store.ts';

/** What the app is made of. */
export interface AppDependencies {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly authenticate: Authenticate;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly counters: RateLimitStore;
  readonly caches: Caches;
  readonly idempotency: IdempotencyStore;
  readonly models: Models;
  readonly metering: Metering;
  readonly readUsage: ReadUsage;
  readonly readSamples: (from: Date, to: Date, limit: number) => Promise<readonly MetricsSample[]>;
  readonly generate: Generate;
  readonly query: Query;
  readonly sandbox: Sandbox;
  readonly history: History;
  /** GraphQL documents by their hash. */
  readonly documents: PersistedDocuments;
  readonly db: Kysely<Tables>;
  /** Batches in chunks. */
  readonly queue: Queue<Chunk>;
  readonly runners: ItemRunners;
  readonly budgets: Budgets;
  readonly cacheStats: ReturnType<typeof createCacheStats>;
  readonly processMetrics: ReturnType<typeof createProcessMetrics>;
  readonly lifecycle: Lifecycle;
}

/** What lies outside the process, or stands in for it. */
export interface Infrastructure {
  readonly db: Kysely<Tables>;
  readonly statements: SqlExecutor;
  readonly keys: KeyStore;
  readonly passwords: PasswordHasher;
  /** Not set: cache and limits are in memory. */
  readonly redis: Redis | undefined;
  readonly usage: UsageStore;
  readonly dependencies: Readonly<Record<DependencyName, Dependency>>;
  readonly models: (observe: (call: ModelCall) => void) => Models;
}

/** Counts a call of a model, its tokens and its cost. */
const observing =
  (metrics: Metrics) =>
  ({ model, outcome, seconds, waitSeconds, usage, costMicros }: ModelCall): void => {
    metrics.count('modelRequests', { model, outcome });
    metrics.observe('modelDuration', { model }, seconds);
    metrics.observe('modelWait', { model }, waitSeconds);
    if (usage === undefined) return;
    metrics.count('modelTokens', { model, kind: 'prompt' }, usage.promptTokens);
    metrics.count('modelTokens', { model, kind: 'completion' }, usage.completionTokens);
    metrics.count('modelCost', { model }, costMicros);
  };

export function createAppDependencies(
  settings: Settings,
  log: Logger,
  { db, statements, keys, passwords, redis, usage, dependencies, models: create }: Infrastructure,
): AppDependencies {
  const metrics = createMetrics();
  metrics.set('buildInfo', { version: settings.API_VERSION, release: settings.RELEASE_ID }, 1);
  const counters = new RateLimitStore(redis, metrics);
  const caches = createCaches(redis, metrics);
  const accounts = createAccounts(settings, { db, keys, passwords, redis, caches, metrics, log });
  const levels = { ttlSeconds: settings.CACHE_TTL, maxEntries: settings.CACHE_MAX_ENTRIES };
  const captions = caches.create({ name: 'captions', version: 2, schema: draft, crossProcessLock: true, ttlFor: keptFor, ...levels });
  const models = create(observing(metrics));
  const metering = createMetering({ store: usage, log, metrics });
  const sandbox = createSandbox();
  const history = createHistory();
  const generateWith = (models: Models) => (payer: Meter) =>
    createGenerate({ models, metering: payer }, captions, configurationKey(settings));
  const queryWith = (models: Models) => (payer: Meter) => createQuery({ models, metering: payer, sandbox, history });
  // All batches together have the turn of one caller at a model.
  const inBatches = asCaller(models, 'batches');
  return {
    settings,
    log,
    metrics,
    health: createHealth(dependencies, metrics),
    authenticate: accounts.authenticate,
    accounts,
    audit: createAudit(db),
    counters,
    caches,
    idempotency: createIdempotencyStore(db),
    models,
    metering,
    readUsage: usage.read,
    readSamples: (from, to, limit) => readMetricsSamples(db, from, to, limit),
    query: queryWith(models)(metering),
    sandbox,
    history,
    documents: caches.create({
      name: 'documents',
      version: 1,
      schema: persistedDocument,
      ttlSeconds: settings.CACHE_TTL,
      maxEntries: graphqlLimits.documents,
    }),
    generate: generateWith(models)(metering),
    db,
    queue: openQueue(db, statements, log, settings.ROLE === 'all' || settings.ROLE === 'worker'),
    runners: createItemRunners({ generateOn: generateWith(inBatches), queryOn: queryWith(inBatches) }),
    budgets: usage.budgets,
    cacheStats: createCacheStats(metrics, redis),
    processMetrics: createProcessMetrics(metrics),
    lifecycle: { state: 'running' },
  };
}
