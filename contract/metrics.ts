import { table } from './define.ts';
import { exportKinds } from './news-exports.ts';

/**
 * Every metric the service exposes. prom-client registers exactly these;
 * alerts and dashboards can name no other metric and no other label.
 */
export type MetricDefinition =
  | {
      readonly type: 'counter';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
      /** All values of each label. These series begin at 0: a rate does not see the first value of a series, such as a burst of failures. */
      readonly values?: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly type: 'gauge';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
      /** How the values of several processes of WORKERS are combined; not set: their sum. */
      readonly combined?: 'min' | 'max' | 'first';
    }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
      readonly buckets: readonly number[];
    };

/** Upper bounds in seconds; objectives.ts may only use a threshold that is one of these. */
export const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20] as const;

/** Upper bounds in seconds of a statement of the database. */
const statementBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2] as const;

/** Upper bounds in seconds of work on one article, which is mostly below the shortest of a request. */
const analysisBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 20] as const;
/** Upper bounds in seconds of a fetch: a request to a fast host, up to ten article pages of a slow one. */
const fetchBuckets = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300] as const;
/** Upper bounds in seconds of an export, from a chart to a report of 10,000 articles. */
const exportBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

export const metrics = table<MetricDefinition, 'metric'>().of({
  requests: {
    type: 'counter',
    name: 'instagram_captions_requests_total',
    help: 'Completed requests; route is the path template.',
    labels: ['method', 'route', 'status'],
  },
  requestDuration: {
    type: 'histogram',
    name: 'instagram_captions_request_duration_seconds',
    help: 'Time from the first byte read to the last byte written.',
    labels: ['method', 'route'],
    buckets: latencyBuckets,
  },
  requestsInFlight: { type: 'gauge', name: 'instagram_captions_requests_in_flight', help: 'Requests in flight.', labels: [] },
  cacheHits: {
    type: 'counter',
    name: 'instagram_captions_cache_hits_total',
    help: 'Values found in a cache level.',
    labels: ['cache', 'level'],
  },
  cacheMisses: {
    type: 'counter',
    name: 'instagram_captions_cache_misses_total',
    help: 'Values found in no cache level.',
    labels: ['cache'],
  },
  modelRequests: {
    type: 'counter',
    name: 'instagram_captions_model_requests_total',
    help: 'Calls to a text model by outcome: ok, error, timeout, cancelled; misconfigured, quota_exhausted: only the operator can correct it.',
    labels: ['model', 'outcome'],
  },
  modelDuration: {
    type: 'histogram',
    name: 'instagram_captions_model_duration_seconds',
    help: 'Duration of a call to a text model, including retries.',
    labels: ['model'],
    buckets: latencyBuckets,
  },
  modelWait: {
    type: 'histogram',
    name: 'instagram_captions_model_wait_seconds',
    help: 'Time that a call to a text model waited for a free slot.',
    labels: ['model'],
    buckets: latencyBuckets,
  },
  modelTokens: {
    type: 'counter',
    name: 'instagram_captions_model_tokens_total',
    help: 'Tokens charged by providers, including failed calls; kind: prompt, completion.',
    labels: ['model', 'kind'],
  },
  modelCost: {
    type: 'counter',
    name: 'instagram_captions_model_cost_micro_dollars_total',
    help: 'Cost of those tokens at the configured prices, in millionths of a US dollar.',
    labels: ['model'],
  },
  modelCircuitOpen: {
    type: 'gauge',
    name: 'instagram_captions_model_circuit_open',
    help: '1 while the text model is not called because it failed repeatedly or requires a pause.',
    labels: ['model'],
    combined: 'max',
  },
  modelFallbacks: {
    type: 'counter',
    name: 'instagram_captions_model_fallbacks_total',
    help: 'Answers by this model because the preferred one failed or its circuit was open.',
    labels: ['model'],
  },
  rateLimited: {
    type: 'counter',
    name: 'instagram_captions_rate_limited_total',
    help: 'Requests rejected by a rate limit.',
    labels: ['limit'],
    values: { limit: ['caller', 'address', 'network', 'endpoint', 'login', 'batch'] },
  },
  passwordChecks: {
    type: 'counter',
    name: 'instagram_captions_password_checks_total',
    help: 'Password checks by outcome: right, wrong; rejected_source, rejected_account, rejected_address after too many failures; rejected_busy.',
    labels: ['outcome'],
    values: { outcome: ['right', 'wrong', 'rejected_source', 'rejected_account', 'rejected_address', 'rejected_busy'] },
  },
  credentialsRejected: {
    type: 'counter',
    name: 'instagram_captions_credentials_rejected_total',
    help: 'Requests with an invalid credential by kind (key, token, session) and reason: unknown, which includes revoked; expired.',
    labels: ['credential', 'reason'],
    values: { credential: ['key', 'token', 'session'], reason: ['unknown', 'expired'] },
  },
  batchItems: {
    type: 'counter',
    name: 'instagram_captions_batch_items_total',
    help: 'Batch items completed by this process: succeeded, failed.',
    labels: ['outcome'],
  },
  batchItemDuration: {
    type: 'histogram',
    name: 'instagram_captions_batch_item_duration_seconds',
    help: 'Duration of one batch item in a worker.',
    labels: [],
    buckets: latencyBuckets,
  },
  queueDepth: {
    type: 'gauge',
    name: 'instagram_captions_queue_depth',
    help: 'Chunks of batches in the queue, of all processes: waiting, active, dead_letter.',
    labels: ['state'],
    combined: 'max',
  },
  queueAge: {
    type: 'gauge',
    name: 'instagram_captions_queue_age_seconds',
    help: 'Time for which the oldest chunk of a batch has waited; 0 if none waits.',
    labels: [],
    combined: 'max',
  },
  fallbacks: {
    type: 'counter',
    name: 'instagram_captions_fallbacks_total',
    help: 'Operations served locally because a dependency was unavailable.',
    labels: ['dependency', 'operation'],
  },
  usageBuffered: {
    type: 'gauge',
    name: 'instagram_captions_usage_buffered_rows',
    help: 'Usage rows not yet written to the database.',
    labels: [],
  },
  databasePool: {
    type: 'gauge',
    name: 'instagram_captions_database_pool',
    help: 'Connections of the process to the database by state: used, idle; waiting: requests for a connection.',
    labels: ['state'],
  },
  databasePoolSize: {
    type: 'gauge',
    name: 'instagram_captions_database_pool_size',
    help: 'Maximum connections of the process to the database.',
    labels: [],
  },
  databaseDuration: {
    type: 'histogram',
    name: 'instagram_captions_database_duration_seconds',
    help: 'Duration of a statement, without the wait for a connection: select, insert, update, delete, other; queue: any statement of the job queues.',
    labels: ['statement'],
    buckets: statementBuckets,
  },
  dependencyUp: {
    type: 'gauge',
    name: 'instagram_captions_dependency_up',
    help: '1 if the last check of the dependency passed.',
    labels: ['dependency'],
    combined: 'min',
  },
  backupLastSuccess: {
    type: 'gauge',
    name: 'instagram_captions_backup_last_success_timestamp_seconds',
    help: 'Unix time at which the last verified backup of the database was complete; absent without one.',
    labels: [],
    combined: 'max',
  },
  diskFree: {
    type: 'gauge',
    name: 'instagram_captions_disk_free_bytes',
    help: 'Free bytes of the file system of a folder: data, exports; of the root if the process has neither.',
    labels: ['folder'],
    combined: 'min',
  },
  diskSize: {
    type: 'gauge',
    name: 'instagram_captions_disk_size_bytes',
    help: 'Bytes of the file system of a folder that may be used, free ones included.',
    labels: ['folder'],
    combined: 'max',
  },
  databaseReplicaLag: {
    type: 'gauge',
    name: 'instagram_captions_database_replica_lag_seconds',
    help: 'Age of the newest change that the read replica has replayed; absent without a replica, or if it does not answer.',
    labels: [],
    combined: 'max',
  },
  newsFetches: {
    type: 'counter',
    name: 'instagram_captions_news_fetches_total',
    help: 'Completed fetches of sources by outcome and reason (contract/news.ts); the reason of a success is none.',
    labels: ['outcome', 'reason'],
  },
  newsFetchDuration: {
    type: 'histogram',
    name: 'instagram_captions_news_fetch_duration_seconds',
    help: 'Duration of a fetch of a source, with the waits for the delays of its hosts.',
    labels: [],
    buckets: fetchBuckets,
  },
  newsFetchQueue: {
    type: 'gauge',
    name: 'instagram_captions_news_fetch_queue',
    help: 'Fetches of sources in the queue, of all processes: waiting, active.',
    labels: ['state'],
    combined: 'max',
  },
  newsArticles: {
    type: 'counter',
    name: 'instagram_captions_news_articles_total',
    help: 'Articles found by fetches: added, updated, duplicate.',
    labels: ['result'],
  },
  newsSources: {
    type: 'gauge',
    name: 'instagram_captions_news_sources',
    help: 'Active sources: healthy; failing: the last fetch failed; stale: also no success for a day, or three of its intervals.',
    labels: ['state'],
    combined: 'max',
  },
  newsNewestArticleAge: {
    type: 'gauge',
    name: 'instagram_captions_news_newest_article_age_seconds',
    help: 'Time since the newest article was found; absent without an active source or an article.',
    labels: [],
    combined: 'max',
  },
  newsAnalysisQueue: {
    type: 'gauge',
    name: 'instagram_captions_news_analysis_queue',
    help: 'Articles that wait for their analysis, of all processes.',
    labels: [],
    combined: 'max',
  },
  newsAnalysisQueueAge: {
    type: 'gauge',
    name: 'instagram_captions_news_analysis_queue_age_seconds',
    help: 'Time for which one article has been the oldest that waits for its analysis; 0 if none waits.',
    labels: [],
    combined: 'max',
  },
  newsAnalysisDuration: {
    type: 'histogram',
    name: 'instagram_captions_news_analysis_duration_seconds',
    help: 'Duration of the analysis of one article.',
    labels: [],
    buckets: analysisBuckets,
  },
  newsExports: {
    type: 'counter',
    name: 'instagram_captions_news_exports_total',
    help: 'Completed exports by kind (the format) and outcome: succeeded, failed.',
    labels: ['kind', 'outcome'],
    values: { kind: exportKinds, outcome: ['succeeded', 'failed'] },
  },
  newsExportDuration: {
    type: 'histogram',
    name: 'instagram_captions_news_export_duration_seconds',
    help: 'Duration of an export by kind.',
    labels: ['kind'],
    buckets: exportBuckets,
  },
  cpuLimit: {
    type: 'gauge',
    name: 'instagram_captions_cpu_limit_cores',
    help: 'Cores that the container of the process may use; without a limit, those of the machine.',
    labels: [],
    combined: 'first',
  },
  memoryLimit: {
    type: 'gauge',
    name: 'instagram_captions_memory_limit_bytes',
    help: 'Memory that the container of the process may use; without a limit, that of the machine.',
    labels: [],
    combined: 'first',
  },
  requestsNotLogged: {
    type: 'counter',
    name: 'instagram_captions_requests_not_logged_total',
    help: 'Successful requests without log lines, because more than LOG_REQUESTS_PER_SECOND came.',
    labels: [],
  },
  processExits: {
    type: 'counter',
    name: 'instagram_captions_process_exits_total',
    help: 'Processes of WORKERS that ended unexpectedly and were replaced.',
    labels: [],
  },
  buildInfo: {
    type: 'gauge',
    name: 'instagram_captions_build_info',
    help: 'Always 1; the labels identify the running build.',
    labels: ['version', 'release'],
    combined: 'first',
  },
});

/** Default metrics of prom-client that alerts and dashboards use. */
export const processMetrics = {
  processCpu: { type: 'counter', name: 'process_cpu_seconds_total', help: 'CPU seconds used by the process.', labels: [] },
  processMemory: { type: 'gauge', name: 'process_resident_memory_bytes', help: 'Resident memory of the process.', labels: [] },
  eventLoopLag: { type: 'gauge', name: 'nodejs_eventloop_lag_p99_seconds', help: 'Event loop lag at p99.', labels: [] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metrics;
export type LabelOf<K extends MetricKey> = (typeof metrics)[K]['labels'][number];
