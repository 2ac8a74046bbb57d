/** Third-party images, pinned by version, and by digest after `leyenda images update`. */
export const thirdPartyImages = {
  postgres: 'docker.io/library/postgres:18.4-alpine',
  nginx: 'docker.io/library/nginx:1.29.3-alpine',
  /** PostgreSQL and PgBouncer for CloudNativePG. */
  cloudNativePgPostgres: 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie',
  pgbouncer: 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1',
  redis: 'docker.io/library/redis:8.4.0-alpine',
  prometheus: 'docker.io/prom/prometheus:v3.7.3',
  alertmanager: 'docker.io/prom/alertmanager:v0.28.1',
  grafana: 'docker.io/grafana/grafana:12.2.1',
  loki: 'docker.io/grafana/loki:3.7.8',
  alloy: 'docker.io/grafana/alloy:v1.11.3',
  fluentBit: 'docker.io/fluent/fluent-bit:4.1.1',
  nodeExporter: 'docker.io/prom/node-exporter:v1.9.1',
  postgresExporter: 'docker.io/prometheuscommunity/postgres-exporter:v0.17.1',
  /** The other one has no shell, and so no program for a health check. */
  redisExporter: 'docker.io/oliver006/redis_exporter:v1.74.0-alpine',
  jaeger: 'docker.io/jaegertracing/jaeger:2.11.0',
  /** The registry of the cluster in continuous integration. */
  registry: 'docker.io/library/registry:2.8.3',
} as const;
