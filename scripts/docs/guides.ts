import type { ReferenceName } from '../../manifests/environments/index.ts';

/** The counterpart of a guide's object: an object of the guide's reference, or a file. */
export type Here = { readonly kind: string; readonly name: string } | { readonly file: string };

interface Row {
  /** The guide's object, with its names and numbers. */
  readonly guide: string;
  readonly here: Here;
  /** What is different and why; empty where nothing is. */
  readonly differs: string;
}

const object = (kind: string, name: string): Here => ({ kind, name });
const file = (path: string): Here => ({ file: path });

const probes = 'A startup probe replaces initial delays, so that a fast start serves at once. Liveness checks the process only (D-05).';
const configuration =
  'One a role, named by its content: a change rolls just the pods that read it, and a rollback finds the old one. WORKERS is 1: one process per pod, the autoscaler counts pods.';
const secretsApart = 'Never in a manifest: an administrator or an operator creates it; `leyenda secrets check` lists missing keys.';
const annotation = 'Limits per second and burst, from the rate-limit classes: the annotation of the guide does not exist (D-06).';
const autoscaler = 'The Deployment names no replicas, because the autoscaler owns them; it grows at once and shrinks slowly (K8-17).';

/** Each object of a guide with its counterpart; a test finds every one of them. */
export const guideObjects: Readonly<Record<ReferenceName, readonly Row[]>> = {
  'instagram-captions': [
    {
      guide: 'Namespace `instagram-captions`, labels `name`, `environment`',
      here: object('Namespace', 'instagram-captions'),
      differs: 'Enforces Pod Security `restricted`; with quota and limit range.',
    },
    { guide: 'ConfigMap `instagram-captions-config`', here: object('ConfigMap', 'instagram-captions-config-api'), differs: configuration },
    { guide: 'Secret `instagram-captions-secrets`', here: file('docs/configuration.md'), differs: secretsApart },
    {
      guide: 'Deployment `instagram-captions-api`, 3 replicas, 512Mi/250m to 1Gi/500m',
      here: object('Deployment', 'instagram-captions-api'),
      differs: `${autoscaler} Restricted pod, spread over zones, image by digest.`,
    },
    {
      guide: 'Liveness `/health` after 60 s, readiness `/ready` after 30 s',
      here: object('Deployment', 'instagram-captions-api'),
      differs: probes,
    },
    { guide: 'Service `instagram-captions-service` 80 → 8080', here: object('Service', 'instagram-captions-service'), differs: '' },
    {
      guide:
        'Ingress `instagram-captions-ingress`, class nginx, host `api.yourapp.com`, TLS by `letsencrypt-prod` into `instagram-captions-tls`',
      here: object('Ingress', 'instagram-captions-ingress'),
      differs: annotation,
    },
    {
      guide: 'HorizontalPodAutoscaler `instagram-captions-hpa` 3–20, CPU 70 %, memory 80 %',
      here: object('HorizontalPodAutoscaler', 'instagram-captions-hpa'),
      differs: '',
    },
    {
      guide: 'ConfigMap `cluster-autoscaler-status`',
      here: file('manifests/targets/cluster-autoscaler.ts'),
      differs: 'Flags: the autoscaler writes that ConfigMap and reads nothing from it (D-07).',
    },
    {
      guide: 'ConfigMap `fluent-bit-config`, logs to Elasticsearch',
      here: object('ConfigMap', 'fluent-bit-config'),
      differs: 'Parser `cri`: containerd and CRI-O do not write the JSON lines of Docker. The DaemonSet has a namespace of its own.',
    },
    {
      guide: 'Alerts HighErrorRate, HighLatency, LowCacheHitRate',
      here: object('PrometheusRule', 'instagram-captions'),
      differs: 'A ratio, one value, hits of all lookups (D-02, D-03, D-04).',
    },
  ],
  capibara6: [
    { guide: 'Namespace `capibara6`', here: object('Namespace', 'capibara6'), differs: '' },
    { guide: 'API, 3 replicas, HPA 3–10 at 70 %/80 %', here: object('HorizontalPodAutoscaler', 'capibara6-hpa'), differs: autoscaler },
    {
      guide: 'GraphQL, 2 replicas, HPA 2–6 at 70 %/80 %',
      here: object('HorizontalPodAutoscaler', 'capibara6-graphql-hpa'),
      differs: 'Port 8001, as there.',
    },
    {
      guide: 'Worker, 3 replicas, HPA 3–8 at 80 %/85 %',
      here: object('HorizontalPodAutoscaler', 'capibara6-worker-hpa'),
      differs: 'The queue is in PostgreSQL, so Redis evicts no job (D-16).',
    },
    {
      guide: '“8 services, 15 replicas”',
      here: object('Deployment', 'capibara6-worker'),
      differs: 'The guide’s own list gives 3 + 2 + 3 = 8 replicas; so does this one (D-08).',
    },
    {
      guide: 'Worker Service',
      here: object('PodMonitor', 'capibara6-worker'),
      differs: 'Nothing calls a worker: it has no Service. Prometheus finds its pods by label.',
    },
    { guide: 'PostgreSQL in the cluster', here: object('StatefulSet', 'capibara6-postgres'), differs: '' },
    {
      guide: 'TimescaleDB for metrics',
      here: object('PodMonitor', 'capibara6-worker'),
      differs: 'Prometheus scrapes and stores the metrics. Usage and samples are tables of PostgreSQL, partitioned by month.',
    },
    { guide: 'Redis for cache and queue', here: object('Deployment', 'capibara6-redis'), differs: 'Cache and limits only (D-16).' },
    {
      guide: 'Network policies',
      here: object('NetworkPolicy', 'capibara6-default-deny'),
      differs: 'Denies everything in both directions; allows declared connections.',
    },
    {
      guide: '`admin`/`admin123`',
      here: file('docs/operating.md'),
      differs: 'No default credential: the first administrator gets a configured or a random password (D-09).',
    },
  ],
  preventia: [
    {
      guide: 'Compose services `postgres`, `api`, `frontend`, `redis`, `analytics_service`',
      here: file('compose.production.yaml'),
      differs:
        '`postgres`, `redis`, `api`, `analytics`, and `scraper`, `worker`, `graphql`; `proxy` is the nginx in front. No `frontend`: the page is in the image of the API.',
    },
    {
      guide: 'Ports on 127.0.0.1, folders `./exports` and `./logs`',
      here: file('compose.production.yaml'),
      differs:
        'Stores publish no port. Exported files are in the volume `exports` at `/app/exports`; logs go to standard output, and Docker rotates them.',
    },
    {
      guide: 'Limits: PostgreSQL 2 CPU and 4G, API 2 and 2G twice, frontend 1 and 1G twice, analytics 2 and 4G',
      here: object('Deployment', 'preventia-analytics'),
      differs: 'The same limits in the reference; requests are our own, because the guide has them for PostgreSQL only.',
    },
    {
      guide: 'nginx: `api_backend` with `least_conn`, `max_fails=3`, two API processes',
      here: file('nginx/references/preventia.conf'),
      differs: 'nginx counts the connections over all its workers. `frontend_backend` is not needed: `api_backend` serves the page.',
    },
    {
      guide: 'nginx: `/api/auth/login` at 5 a minute, burst 2; `/api/` at 10 a second, burst 20',
      here: file('nginx/references/preventia.conf'),
      differs: 'The zones `login_limit` and `api_limit`; 429 is a problem document with Retry-After.',
    },
    {
      guide: 'nginx: `js`, `css` and pictures cached for a year, immutable',
      here: file('service/system/web-page.ts'),
      differs: 'The service sends that header for `/page/`, whose file names change with their content; other paths may not be cached.',
    },
    {
      guide: 'Dashboard in React, `VITE_API_URL=https://api.preventia.com`',
      here: file('service/web'),
      differs: 'Part of the page; it calls its own origin, so that one build serves every environment and no CORS is needed.',
    },
    { guide: '`k8s/api-hpa.yaml`: `api-hpa` 2–10, CPU 70 %, memory 80 %', here: object('HorizontalPodAutoscaler', 'api-hpa'), differs: '' },
    {
      guide: 'API on 8000, 2 CPU and 2 GB',
      here: object('Deployment', 'preventia-api'),
      differs: 'No `container_name` or fixed host port together with replicas (D-11).',
    },
    {
      guide: 'Scraper Service',
      here: object('ScaledObject', 'preventia-scraper-hpa'),
      differs: 'The role `scraper`, scaled by the fetches that wait.',
    },
    {
      guide: 'DMZ and firewall tier',
      here: object('NetworkPolicy', 'preventia-scraper'),
      differs:
        'Only the scraper calls sites, on ports 80 and 443 of public addresses; no other pod has port 80, and analytics have no internet.',
    },
    {
      guide: 'Analytics Service, `analytics_service`',
      here: object('ScaledObject', 'preventia-analytics-hpa'),
      differs: 'The role `analytics`, scaled by the articles that wait.',
    },
    {
      guide: 'NLP Service',
      here: file('service/news/analysis/stage.ts'),
      differs: 'A stage of `analytics`: its queue is the table of articles, so that each is analyzed once per version, also after a crash.',
    },
    {
      guide: 'PostgreSQL with 2 CPU and 4 GB, `preventia_news_prod`, user `preventia_prod`',
      here: object('Cluster', 'preventia-postgres'),
      differs: 'CloudNativePG creates the user and its password, and fails over.',
    },
    {
      guide: 'PostgreSQL Replica',
      here: object('NetworkPolicy', 'preventia-replica'),
      differs: 'Queries about news read it (`DATABASE_REPLICA_URL`); while it is behind, the primary answers.',
    },
    {
      guide: 'Object Storage “Exports/Backups”, `S3_BUCKET`',
      here: object('ObjectStore', 'preventia-postgres'),
      differs:
        'A bucket for backups and one for exports: a key that serves files can delete no backup. Both at a private endpoint (`objectStore`).',
    },
    {
      guide: 'Log Storage',
      here: file('docs/observability.md'),
      differs: 'Loki or Elasticsearch of the cluster; Loki of compose.monitoring.yaml on one host.',
    },
    {
      guide: '`backup.sh`: database, exports and configuration, `aws s3 sync --delete`',
      here: object('ScheduledBackup', 'preventia-postgres'),
      differs:
        'Base backups and WAL go straight to the bucket, which no local retention mirrors (D-17). Exports are made from the database again; configuration is in git, secrets are in no archive (D-18).',
    },
    {
      guide: '`restore.sh 20240729_120000`',
      here: object('Cluster', 'preventia-postgres'),
      differs: 'Restored to this time from the archive in the bucket, into a new database. The archive stays as it is.',
    },
    { guide: 'Redis `--maxmemory 512mb --maxmemory-policy allkeys-lru`', here: object('Deployment', 'preventia-redis'), differs: '' },
  ],
  'fastapi-stack': [
    {
      guide: 'Service `api`, 2 replicas, 0.5 CPU and 512M',
      here: object('Deployment', 'fastapi-api'),
      differs: 'At least two, the autoscaler may add one.',
    },
    {
      guide: 'Service `db`, 1 CPU and 1G',
      here: object('StatefulSet', 'db'),
      differs: 'Prometheus does not scrape it: PostgreSQL speaks no HTTP (D-13).',
    },
    {
      guide: 'Blue-green deployment (future)',
      here: object('HTTPRoute', 'fastapi-ingress'),
      differs: '`leyenda deploy` shifts all requests of this route at once and watches them: [canary.md](../canary.md).',
    },
    { guide: 'Prometheus and Grafana', here: object('StatefulSet', 'prometheus'), differs: 'In a namespace of their own.' },
    { guide: 'Service `cache`, 0.25 CPU and 256M', here: object('Deployment', 'cache'), differs: 'Nor Redis (D-13).' },
  ],
};
