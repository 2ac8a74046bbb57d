import { inPart, parsed, planned, type Rows, ran, ranAll, replaced, row } from './row.ts';

/** Cache, workers and data. */
export const dataRows = {
  'CA-01': row(
    'Multi-level Redis cache',
    ['G0'],
    ran('service/cache/cache.test.ts', 'returns from Redis a value that another process computed'),
  ),
  'CA-02': row('Distributed caching', ['G1'], ran('tests/services/limits.test.ts', 'both drop a cache that one of them clears')),
  'CA-03': row('Clear cache operation', ['G1'], ran('service/system/cache-stats.test.ts', 'The cache is cleared by administrators only')),
  'CA-04': row(
    'User read cache',
    ['G3'],
    ran('service/accounts/accounts.test.ts', 'are read from the cache into which they were written, after each change the new'),
  ),
  'CA-05': row(
    'Write-through on create',
    ['G3'],
    ran('service/accounts/accounts.test.ts', 'are read from the cache into which they were written, after each change the new'),
  ),
  'CA-06': row(
    'Cache stats endpoint',
    ['G3'],
    ran('service/system/cache-stats.test.ts', 'The cache reports its hits and misses, and that it has no Redis'),
  ),
  'CA-07': row(
    'Cache hit/miss metrics',
    ['G0'],
    ran('service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'),
  ),
  'CA-08': row(
    'Hit-rate targets',
    ['G0', 'G1', 'G3'],
    ranAll(
      ['manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'],
      // 90 % of a load that repeats its captions.
      ['tests/services/load.test.ts', 'measures every scenario and objective of a running service'],
    ),
  ),
  'CA-09': row('Redis URL', ['G0', 'G2', 'G3'], ran('tests/services/stores.test.ts', 'runs every command of the service')),
  'CA-10': row(
    'Redis memory policy',
    ['G2'],
    ran('tests/services/stores.test.ts', 'evicts the least recently used keys at its memory limit, and stores nothing on disk'),
  ),
  'CA-11': row(
    'Redis Cluster',
    ['G0', 'G2'],
    ranAll(
      ['tests/services/redis-cluster.test.ts', 'fails no request while a master is killed under load, and counts exactly before and after'],
      ['tests/services/redis-cluster.test.ts', 'shares caches, locks and invalidations, also after a master was killed'],
    ),
  ),
  'CA-12': row(
    'Redis config file',
    ['G3'],
    ran('tests/services/stores.test.ts', 'evicts the least recently used keys at its memory limit, and stores nothing on disk'),
  ),
  'CA-13': row(
    'HTTP static caching',
    ['G2', 'G3'],
    ran(
      'service/system/web-page.test.ts',
      'loads only files of this service, which clients may keep for a year because their names change with their content',
    ),
  ),
  'CA-14': row('Cache component in health', ['G3'], ran('service/system/system.test.ts', 'with Redis down: ready, and degraded in detail')),
  'W-01': row(
    'Background workers',
    ['G1'],
    ran(
      'tests/services/batches.test.ts',
      'is processed by two workers, and a polling client receives each result once; each is billed once',
    ),
  ),
  'W-02': row('Queue in Redis', ['G1'], replaced('Jobs are in PostgreSQL, not in a Redis that evicts keys (D-16).')),
  'W-03': row(
    'Worker replicas and scaling',
    ['G1'],
    parsed('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
  ),
  'W-04': row(
    'Compose scaling of workers',
    ['G1'],
    ran('tests/docker/local.test.ts', 'scales the workers to three without touching other containers'),
  ),
  'W-05': row(
    'Batch processing',
    ['G1'],
    ran('service/batches/batches.test.ts', 'that runs twice answers and bills each item once, queries and odd characters too'),
  ),
  'W-06': row(
    'Background metric tasks',
    ['G1'],
    ran('service/runtime/periodic-tasks.test.ts', 'reports a failed run and runs the task again'),
  ),
  'W-07': row(
    'Queue-depth metric',
    ['G0'],
    ran('service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'),
  ),
  'W-08': row('Worker processing target', ['G1'], planned),
  'W-09': row(
    'Worker service object',
    ['G1'],
    replaced('Nothing calls a worker, it takes batches from the queue; Prometheus finds it through a headless Service of its metrics.'),
  ),
  'DB-01': row(
    'Main database',
    ['G1', 'G2', 'G3'],
    ran('tests/services/service.test.ts', 'have the permissions of their role and list, and their own quota'),
  ),
  'DB-02': row('Read replica', ['G2'], ran('tests/services/replica.test.ts', 'serves reads of articles while it follows the primary')),
  'DB-03': row(
    'Time-series metrics store',
    ['G1'],
    replaced(
      'Prometheus stores the metrics, each query of the dashboards has run on it; usage and samples are tables of PostgreSQL, partitioned by month.',
    ),
  ),
  'DB-04': row(
    'Redis as cache/queue store',
    ['G1', 'G2', 'G3'],
    replaced('Redis has cache and limits (manifests/data/redis.ts); the queue is in PostgreSQL (service/database/queue.ts, D-16).'),
  ),
  'DB-05': row('api_keys table', ['G0'], ran('tests/services/service.test.ts', 'creates the table api_keys with its columns and defaults')),
  'DB-06': row(
    'Users table',
    ['G1', 'G3'],
    ran('service/accounts/accounts.test.ts', 'are unique by name and address, ignoring case, and listed by name in pages'),
  ),
  'DB-07': row('Indexes', ['G1'], ran('tests/services/indexes.test.ts', 'serve %s')),
  'DB-08': row(
    'Init SQL',
    ['G3'],
    replaced('Migrations (service/database/migrations) replace an init script: they also change an existing database.'),
  ),
  'DB-09': row('Tuned Postgres config', ['G3'], ran('tests/services/stores.test.ts', 'has the connections and memory of the environment')),
  'DB-10': row('Postgres init args', ['G2', 'G3'], ran('tests/services/stores.test.ts', 'accepts every parameter and value')),
  'DB-11': row(
    'DB names and users',
    ['G2', 'G3'],
    replaced(
      'In the reference of G2 as in the guide (`names` of the database); elsewhere captions (manifests/constructs/local-database.ts), and an external one is named by DATABASE_URL.',
    ),
  ),
  'DB-12': row(
    'Database connection strings',
    ['G2', 'G3'],
    ran('tests/services/service.test.ts', 'have the permissions of their role and list, and their own quota'),
  ),
  'DB-13': row(
    'Database initialised before deploy',
    ['G0'],
    ran('tests/services/service.test.ts', 'by concurrent processes runs once, and running it again changes nothing'),
  ),
  'DB-14': row(
    'Object storage',
    ['G2'],
    ranAll(
      ['tests/services/exports-bucket.test.ts', 'writes an export into it, serves it by a link, and deletes it'],
      ['tests/services/backup.test.ts', 'restores on an empty machine: every row of every table, and exported files'],
    ),
  ),
  'DB-15': row(
    'Log storage',
    ['G2'],
    replaced('Loki of the bundled monitoring and of compose.monitoring.yaml; in the cluster also Elasticsearch through Fluent Bit.'),
  ),
  'DB-16': row(
    'Persistent volumes',
    ['G1', 'G2', 'G3'],
    inPart(
      ranAll(
        ['tests/docker/local.test.ts', 'keeps users and exported files in the volumes over down and up'],
        ['tests/docker/production.test.ts', 'keeps its metrics in the volume when the container of Prometheus is replaced'],
      ),
      'Grafana and Loki, which never ran because of their licence; Redis, nginx and logs have none, because nothing in them must survive',
    ),
  ),
  'DB-17': row(
    'DB pool usage KPI',
    ['G3'],
    ran('manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'),
  ),
} as const satisfies Rows;
