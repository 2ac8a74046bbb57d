/**
 * Every metric the service exposes (guide rows OB-01..OB-03, OB-23). prom-client registers exactly these;
 * alerts and dashboards can name no other metric and no other label.
 */
export type MetricDefinition =
  | { readonly type: 'counter' | 'gauge'; readonly name: string; readonly help: string; readonly labels: readonly string[] }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
      readonly buckets: readonly number[];
    };

/** Upper bounds in seconds; objectives.ts may only use a threshold that is one of these. */
export const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20] as const;

export const metrics = {
  requests: {
    type: 'counter',
    name: 'instagram_captions_requests_total',
    help: 'Answered requests; route is the template, never the raw path.',
    labels: ['method', 'route', 'status'],
  },
  requestDuration: {
    type: 'histogram',
    name: 'instagram_captions_request_duration_seconds',
    help: 'Time from the first byte read to the last byte written.',
    labels: ['method', 'route'],
    buckets: latencyBuckets,
  },
  requestsInFlight: { type: 'gauge', name: 'instagram_captions_requests_in_flight', help: 'Requests being answered now.', labels: [] },
  cacheHits: {
    type: 'counter',
    name: 'instagram_captions_cache_hits_total',
    help: 'Values that a cache level held.',
    labels: ['cache', 'level'],
  },
  cacheMisses: {
    type: 'counter',
    name: 'instagram_captions_cache_misses_total',
    help: 'Values that no cache level held.',
    labels: ['cache'],
  },
  modelRequests: {
    type: 'counter',
    name: 'instagram_captions_model_requests_total',
    help: 'Calls of a text model by outcome: ok, error, timeout, cancelled.',
    labels: ['model', 'outcome'],
  },
  modelDuration: {
    type: 'histogram',
    name: 'instagram_captions_model_duration_seconds',
    help: 'Time of one call of a text model, retries included.',
    labels: ['model'],
    buckets: latencyBuckets,
  },
  modelWait: {
    type: 'histogram',
    name: 'instagram_captions_model_wait_seconds',
    help: 'Time of one call of a text model that it waited for its turn, all slots being taken.',
    labels: ['model'],
    buckets: latencyBuckets,
  },
  modelTokens: {
    type: 'counter',
    name: 'instagram_captions_model_tokens_total',
    help: 'Tokens that providers charge for, failed calls included; kind: prompt, completion.',
    labels: ['model', 'kind'],
  },
  modelCost: {
    type: 'counter',
    name: 'instagram_captions_model_cost_micro_dollars_total',
    help: 'Cost of those tokens at the configured prices, in millionths of a US dollar.',
    labels: ['model'],
  },
  rateLimited: { type: 'counter', name: 'instagram_captions_rate_limited_total', help: 'Requests refused by a limit.', labels: ['limit'] },
  passwordChecks: {
    type: 'counter',
    name: 'instagram_captions_password_checks_total',
    help: 'Passwords that were sent, by outcome: right, wrong; refused_source, refused_account, refused_address: too many were wrong; refused_busy.',
    labels: ['outcome'],
  },
  batchItems: {
    type: 'counter',
    name: 'instagram_captions_batch_items_total',
    help: 'Items of batches that this process ended: succeeded, failed.',
    labels: ['outcome'],
  },
  queueDepth: {
    type: 'gauge',
    name: 'instagram_captions_queue_depth',
    help: 'Chunks of batches in the queue, of all processes: waiting, active, given_up (guide row W-07).',
    labels: ['state'],
  },
  fallbacks: {
    type: 'counter',
    name: 'instagram_captions_fallbacks_total',
    help: 'Operations served locally because a dependency was away.',
    labels: ['dependency', 'operation'],
  },
  usageBuffered: {
    type: 'gauge',
    name: 'instagram_captions_usage_buffered_rows',
    help: 'Metered usage that is not in the database yet.',
    labels: [],
  },
  databasePool: {
    type: 'gauge',
    name: 'instagram_captions_database_pool',
    help: 'Connections of the process to PostgreSQL by state, used or idle; waiting: what waits for one.',
    labels: ['state'],
  },
  databasePoolSize: {
    type: 'gauge',
    name: 'instagram_captions_database_pool_size',
    help: 'Most connections of the process to PostgreSQL.',
    labels: [],
  },
  dependencyUp: {
    type: 'gauge',
    name: 'instagram_captions_dependency_up',
    help: '1 when the last check of the dependency passed.',
    labels: ['dependency'],
  },
  buildInfo: {
    type: 'gauge',
    name: 'instagram_captions_build_info',
    help: 'Always 1; the labels tell what is running.',
    labels: ['version', 'release'],
  },
} as const satisfies Record<string, MetricDefinition>;

/** What each process tells of itself besides, by prom-client's own collection: those that alerts and dashboards use. */
export const processMetrics = {
  processCpu: { type: 'counter', name: 'process_cpu_seconds_total', help: 'Seconds of CPU that the process used.', labels: [] },
  processMemory: { type: 'gauge', name: 'process_resident_memory_bytes', help: 'Memory that the process holds.', labels: [] },
  eventLoopLag: { type: 'gauge', name: 'nodejs_eventloop_lag_p99_seconds', help: 'How late the event loop is, at p99.', labels: [] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metrics;
export type LabelOf<K extends MetricKey> = (typeof metrics)[K]['labels'][number];
