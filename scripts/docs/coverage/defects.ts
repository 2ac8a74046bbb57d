import { type Rows, ran, replaced, row } from './row.ts';

/** Defects of the guides, which are not copied; D-19 to D-26 were found later than the others. */
export const defectsRows = {
  'D-01': row(
    '/metrics is JSON in G3 but Prometheus scrapes it; G0 needs Prometheus text',
    ['G0', 'G3'],
    ran('service/system/process-metrics.test.ts', 'The JSON metrics count requests and errors of this process, for callers that may read'),
  ),
  'D-02': row(
    'HighErrorRate compares an absolute rate (0.1 req/s per series), not a ratio',
    ['G0'],
    ran('manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'),
  ),
  'D-03': row(
    'LowCacheHitRate divides hits by misses; 0.8 there is a 44 % hit rate, not 80 %',
    ['G0'],
    ran('manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'),
  ),
  'D-04': row(
    'HighLatency quantile without sum by (le) gives one alert per series',
    ['G0'],
    ran('manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'),
  ),
  'D-05': row(
    '/health means both liveness (G0 kube probe) and dependency health (G3 has database, cache)',
    ['G0', 'G3'],
    ran('service/system/system.test.ts', 'with a database that went down after it was reached: still ready, and both report it'),
  ),
  'D-06': row(
    'nginx.ingress.kubernetes.io/rate-limit is not in the ingress-nginx rate-limiting annotation list as quoted by third-party pages (limit-connections, limit-rps, limit-rpm, limit-burst-multiplier, limit-rate, limit-rate-after, limit-whitelist)',
    ['G0'],
    replaced('No annotation that the controller does not read (manifests/constructs/ingress-controllers.ts).'),
  ),
  'D-07': row(
    'cluster-autoscaler-status is, to my knowledge, the ConfigMap the autoscaler writes its own status to; limits are normally flags',
    ['G0'],
    replaced('The numbers of the guide are flags of the autoscaler (docs/clusters.md), not a ConfigMap.'),
  ),
  'D-08': row(
    '15 replicas claimed, listed deployments give 3+2+3 = 8',
    ['G1'],
    replaced('The numbers come from the environments (manifests/environments): at least three API replicas in production.'),
  ),
  'D-09': row(
    'Default credentials admin/admin123, Grafana admin123',
    ['G1', 'G3'],
    ran('service/accounts/accounts.test.ts', 'makes one administrator whose password and key work, and stores neither'),
  ),
  'D-10': row(
    'deploy.sh has no --dry-run; "last 7 backups" is -mtime +7 (age, not count); waits for any one healthy service',
    ['G3'],
    ran('scripts/compose/deploy.test.ts', 'returns every step and executes none in a dry run'),
  ),
  'D-11': row(
    'container_name and a fixed host port together with replicas: 2 / --scale conflict; Grafana and second frontend both use host port 3001',
    ['G2'],
    ran('tests/docker/local.test.ts', 'scales the workers to three without touching other containers'),
  ),
  'D-12': row(
    'ufw deny all is not the default deny form used in G2',
    ['G0'],
    ran(
      'manifests/targets/host/script.test.ts',
      'calls each, nothing before it is there and ssh let in before all else is denied, and in a second run none',
    ),
  ),
  'D-13': row(
    'Prometheus scrapes db:5432 and cache:6379 directly; these do not speak HTTP (exporters needed)',
    ['G3'],
    ran('manifests/monitoring/configs.test.ts', 'scrapes the monitoring stack, and the stores by their exporters'),
  ),
  'D-14': row(
    'MetricsMiddleware instance is created, then the class is added again, so /metrics reads an unused counter',
    ['G3'],
    ran('service/telemetry/telemetry.test.ts', 'count a request that is rejected before its handler'),
  ),
  'D-15': row(
    'Tags/limits disagree: HPA max 20 / 10 / 10; ports 8080 / 8000; Postgres 15 / 16; Redis 7 / 8; X-Frame-Options DENY / SAMEORIGIN; timeouts 30 / 60 s',
    ['G0', 'G1', 'G2', 'G3'],
    replaced('One value per fact, in contract and manifests/environments; X-Frame-Options is DENY.'),
  ),
  'D-16': row(
    'Redis allkeys-lru on the same instance that holds the queue and the rate counters can evict jobs',
    ['G1', 'G2'],
    ran('tests/services/stores.test.ts', 'evicts the least recently used keys at its memory limit, and stores nothing on disk'),
  ),
  'D-17': row(
    'aws s3 sync --delete mirrors local retention to the remote copy',
    ['G2'],
    ran(
      'tests/services/backup-bucket.test.ts',
      'are deleted by their own list: what is lost here stays there, and incomplete ones do not count',
    ),
  ),
  'D-18': row(
    'Private .env.production is packed into the unencrypted config archive',
    ['G2'],
    replaced(
      'There is no archive of configuration: it is in git, `.env.production` holds no secret, and secrets are in files of their own.',
    ),
  ),
  'D-19': row(
    'nested asset location without proxy_pass',
    ['G2', 'G3'],
    ran('tests/services/nginx-variants.test.ts', 'are cached for a year and compressed on request; a missing one is a problem document'),
  ),
  'D-20': row(
    'docker-compose without -f in the backup scripts',
    ['G2', 'G3'],
    ran(
      'scripts/compose/deploy.test.ts',
      'backs up the database of production before it changes anything, in a file that only its owner may read',
    ),
  ),
  'D-21': row(
    'restore with --clean over the live database',
    ['G2'],
    ran('tests/services/restore-drill.test.ts', 'restores keys, indexes, triggers and partitions'),
  ),
  'D-22': row('chmod -R 644 on folders', ['G3'], replaced('The Dockerfile copies files with their modes and changes none.')),
  'D-23': row(
    'postgresql.conf is mounted and never passed to the server',
    ['G3'],
    ran('tests/services/stores.test.ts', 'has the connections and memory of the environment'),
  ),
  'D-24': row('impossible pins of apk packages', ['G3'], replaced('The image installs no operating-system package.')),
  'D-25': row(
    'GraphQL without a token',
    ['G1'],
    ran('service/access.test.ts', 'to $method $path is what the contract declares, for every role, permission and state of a key'),
  ),
  'D-26': row(
    'users created without a credential',
    ['G3'],
    ran(
      'service/accounts/accounts.test.ts',
      'answers a wrong password, an unknown user, one without password and one who is not active with the same words',
    ),
  ),
} as const satisfies Rows;
