import { setMaxListeners } from 'node:events';
import type { Kysely } from 'kysely';
import { backgroundRoles } from '../contract/roles.ts';
import type { Settings } from '../contract/settings.ts';
import { createAccounts } from './accounts/accounts.ts';
import type { KeyStore } from './accounts/key-hashing.ts';
import type { PasswordHasher } from './accounts/password-hasher.ts';
import { createBatches } from './batches/batches.ts';
import type { Chunk } from './batches/chunks.ts';
import { createItemRunners } from './batches/runners.ts';
import { createCaches } from './cache/cache.ts';
import { createCaptions } from './captions/captions.ts';
import { createChat } from './compatible/chat.ts';
import { createComplete } from './compatible/completions.ts';
import { createEmbed } from './compatible/embeddings.ts';
import { createResponses } from './compatible/responses/responses.ts';
import { queueDefinitions, type SqlExecutor } from './database/job-queues.ts';
import { createJobQueues } from './database/queue.ts';
import { createReads } from './database/reads.ts';
import type { Tables } from './database/tables.ts';
import { createPersistedDocuments } from './graphql/persisted-queries.ts';
import { createRateLimits } from './http/rate-limit.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import { withFallbackCount } from './models/count-fallbacks.ts';
import type { ModelCall, Models } from './models/models.ts';
import { createCallRecorder } from './models/record-calls.ts';
import { startRefinement } from './news/analysis/refinement.ts';
import { createAnalysisStage } from './news/analysis/stage.ts';
import { readSubject } from './news/analysis/subject.ts';
import { measureAnalysisQueue } from './news/analysis-queue.ts';
import { createAnalytics } from './news/analytics/analytics.ts';
import { createArticles } from './news/articles/articles.ts';
import { createFindNews } from './news/articles/find-news.ts';
import { createExports } from './news/exports/exports.ts';
import type { ExportJob } from './news/exports/jobs.ts';
import type { Storage } from './news/exports/storage/storage.ts';
import { createFetching, type FetchJob } from './news/fetching/fetching.ts';
import { createProbe } from './news/sources/probe.ts';
import { createSources } from './news/sources/sources.ts';
import type { Network } from './outbound/network.ts';
import { createPictures, type Pictures } from './pictures/pictures.ts';
import { configurationKey } from './providers/configuration.ts';
import { createQueries } from './queries/queries.ts';
import { RateLimitStore } from './redis/rate-limit-store.ts';
import type { Redis } from './redis/redis.ts';
import type { Lifecycle } from './runtime/shutdown.ts';
import { measureBackups } from './system/backups.ts';
import { foldersOf } from './system/disk.ts';
import type { Dependencies } from './system/health.ts';
import { metricsPage } from './system/metrics-page.ts';
import { processLimits } from './system/process-limits.ts';
import { createSystem } from './system/system.ts';
import type { Logger } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { exportedTraceId } from './telemetry/traced.ts';
import type { Meter } from './usage/metering.ts';
import type { UsageStore } from './usage/store.ts';
import { createUsage } from './usage/usage.ts';

/** What the process connects to, and replacements of it in tests. */
export interface Infrastructure {
  readonly db: Kysely<Tables>;
  /** A read replica; not set: there is none. */
  readonly replica?: Kysely<Tables> | undefined;
  readonly sqlExecutor: SqlExecutor;
  /** Not set: cache and limits are in memory. */
  readonly redis: Redis | undefined;
  readonly dependencies: Dependencies;
  readonly models: (meter: Meter, onCall: (call: ModelCall) => void) => Models;
  readonly keyStore?: KeyStore;
  readonly passwordHasher?: PasswordHasher;
  readonly usageStore?: UsageStore;
  readonly pictures?: Pictures;
  /** Where sources of news are fetched from; default: the internet. */
  readonly newsNetwork?: Network;
  readonly exportStorage?: Storage;
  /** Exports the last spans at the end of the process; not set: requests are not traced. */
  readonly tracing?: { close(): Promise<void> } | undefined;
  /** Renders the metrics of every process that shares the port, without exemplars; default: those of this process. */
  readonly metricsText?: (metrics: Metrics) => () => Promise<string>;
}

/** The composition root: creates every feature with what it needs. */
export function createAppDependencies(settings: Settings, log: Logger, infrastructure: Infrastructure) {
  const logOf = (module: string) => log.child({ module });
  const { db, sqlExecutor, redis, dependencies, keyStore, passwordHasher, usageStore } = infrastructure;
  const metrics = createMetrics(exportedTraceId);
  metrics.set('buildInfo', { version: settings.API_VERSION, release: settings.RELEASE_ID }, 1);
  const limits = processLimits();
  metrics.set('cpuLimit', {}, limits.cores);
  metrics.set('memoryLimit', {}, limits.bytes);
  const caches = createCaches(redis, metrics);
  const rateLimits = createRateLimits({ store: new RateLimitStore(redis, metrics), settings, metrics });
  const idempotency = createIdempotency({ db, log: logOf('idempotency') });
  const accounts = createAccounts({ settings, db, keyStore, passwordHasher, redis, caches, metrics, log: logOf('accounts') });
  const usage = createUsage({ db, store: usageStore, retentionMonths: settings.USAGE_RETENTION_MONTHS, log: logOf('usage'), metrics });
  const { metering, budgets } = usage;
  const calls = createCallRecorder(metrics, logOf('models'));
  const models = withFallbackCount(infrastructure.models(metering, calls.record), (model) => metrics.count('modelFallbacks', { model }));
  for (const { id } of models.list()) calls.expect(id);
  metrics.beforeScrape(() => {
    for (const { id, healthy } of models.list()) metrics.set('modelCircuitOpen', { model: id }, healthy ? 0 : 1);
  });
  const reads = createReads({ primary: db, replica: infrastructure.replica, metrics, log: logOf('database') });
  const queries = createQueries({ models, findNews: createFindNews(reads, logOf('queries')) });
  const { history } = queries;
  const captions = createCaptions({
    models,
    pictures: infrastructure.pictures ?? createPictures(),
    metering,
    caches,
    history,
    settings,
    configurationKey: configurationKey(settings),
  });
  const chat = createChat({ models });
  const complete = createComplete({ models });
  const responses = createResponses({ models });
  const embed = createEmbed({ models });
  const runners = createItemRunners(captions, queries);
  const queues = createJobQueues(db, sqlExecutor, logOf('queue'), {
    isTraced: settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    supervise: settings.ROLE === 'all' || backgroundRoles.some((role) => role === settings.ROLE),
  });
  const queue = queues.open<Chunk>(queueDefinitions.batchChunks);
  const batches = createBatches({
    db,
    queue,
    runners,
    models,
    budgets,
    retentionDays: settings.BATCH_RETENTION_DAYS,
    metrics,
    log: logOf('batches'),
  });
  const fetching = createFetching({
    db,
    queue: queues.open<FetchJob>(queueDefinitions.newsFetches),
    contact: settings.NEWS_CONTACT,
    network: infrastructure.newsNetwork,
    metrics,
    log: logOf('news'),
  });
  const sources = createSources({ db, hasContact: settings.NEWS_CONTACT !== undefined, probe: createProbe({ db, ...fetching }), fetching });
  const articles = createArticles(reads);
  const analytics = createAnalytics({ db, reads, caches, retentionDays: settings.NEWS_RETENTION_DAYS });
  const system = createSystem({
    db,
    redis,
    caches,
    metrics,
    folders: foldersOf(settings),
    metricsPage: metricsPage(metrics, infrastructure.metricsText?.(metrics)),
    dependencies:
      reads.check === undefined ? dependencies : { ...dependencies, replica: { required: false, kind: 'postgresql', check: reads.check } },
  });
  const newsSubject = readSubject(settings.NEWS_SUBJECT);
  const exports = createExports({
    db,
    reads,
    queue: queues.open<ExportJob>(queueDefinitions.newsExports),
    settings,
    subject: newsSubject,
    metrics,
    log: logOf('exports'),
    storage: infrastructure.exportStorage,
  });
  const analysisStage = createAnalysisStage({
    db,
    executor: sqlExecutor,
    subject: newsSubject,
    log: logOf('news'),
    refines: settings.NEWS_REFINE,
    onAnalyzed: (seconds) => metrics.observe('newsAnalysisDuration', {}, seconds),
    onDone: analytics.invalidate,
  });
  const startNewsRefinement = () =>
    startRefinement({ db, models, budgets, subject: newsSubject, version: analysisStage.version, log: logOf('news') });
  const documents = createPersistedDocuments(caches, settings.CACHE_TTL);
  const lifecycle: Lifecycle = { state: 'running' };
  const shutdown = new AbortController();
  // Every request in flight listens.
  setMaxListeners(0, shutdown.signal);
  return {
    settings,
    log,
    metrics,
    lifecycle,
    shutdown,
    rateLimits,
    idempotency,
    accounts,
    usage,
    models,
    captions,
    queries,
    chat,
    complete,
    responses,
    embed,
    batches,
    fetching,
    sources,
    reads,
    articles,
    analytics,
    exports,
    system,
    documents,
    analysisQueue: measureAnalysisQueue(db, metrics),
    backups: measureBackups(db, metrics),
    newsSubject,
    analysisStage,
    startNewsRefinement,
  };
}
export type AppDependencies = ReturnType<typeof createAppDependencies>;
