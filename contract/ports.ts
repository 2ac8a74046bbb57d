/** TCP ports that the product's own components listen on or connect to. */
export const ports = {
  /** The REST API. */
  http: 8080,
  graphql: 8001,
  /** Prometheus text if METRICS_PORT is set, as in the cluster. */
  metrics: 9090,
  /** The Kubernetes Service in front of `http`. */
  service: 80,
  https: 443,
  /** Sites without TLS. */
  web: 80,
  postgres: 5432,
  redis: 6379,
  /** Of the operator's database: status of each instance, metrics of instances and pooler. */
  postgresStatus: 8000,
  postgresMetrics: 9187,
  poolerMetrics: 9127,
  dns: 53,
  /** The Kubernetes API server; its Service has `https`. */
  kubernetes: 6443,
  /** Control plane of a service mesh: istiod, for certificates and configuration of its sidecars. */
  mesh: 15012,
  smtp: 587,
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  loki: 3100,
  alloy: 12345,
  jaeger: 16686,
  /** Health and metrics endpoint. */
  'fluent-bit': 2020,
  elasticsearch: 9200,
  'node-metrics': 9100,
  'pg-metrics': 9187,
  'redis-metrics': 9121,
  /** Traces, as OTLP over HTTP. */
  otlp: 4318,
} as const;
export type PortName = keyof typeof ports;
/** An environment may override the defaults. */
export type Ports = Readonly<Record<PortName, number>>;

/** Listeners of a process: PORT, GRAPHQL_PORT, METRICS_PORT. */
export type Listener = Extract<PortName, 'http' | 'graphql' | 'metrics'>;
