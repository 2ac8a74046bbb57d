/** TCP ports that the product's own components listen on or connect to. */
export const ports = {
  /** The API (guide row API-39, G0). */
  http: 8080,
  /** GraphQL (guide rows API-15, API-39). */
  graphql: 8001,
  /** Prometheus text where METRICS_PORT is set, as in the cluster (guide row OB-10). */
  metrics: 9090,
  /** The Kubernetes Service in front of `http` (guide row K8-11). */
  service: 80,
  https: 443,
  postgres: 5432,
  redis: 6379,
  /** Of the operator's database: what each instance tells of itself, and its numbers and the pooler's. */
  postgresStatus: 8000,
  postgresMetrics: 9187,
  poolerMetrics: 9127,
  dns: 53,
  /** The Kubernetes API server's own; the Service in front of it has `https`. */
  kubernetes: 6443,
  smtp: 587,
  /** What watches (guide rows OB-07, OB-11, OB-13, OB-19). */
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  loki: 3100,
  alloy: 12345,
  jaeger: 16686,
  /** Whether it is well. */
  'fluent-bit': 2020,
  elasticsearch: 9200,
  /** Traces, as OTLP over HTTP. */
  otlp: 4318,
} as const;
export type PortName = keyof typeof ports;
/** A number for each: an environment may have others than the product's own. */
export type Ports = Readonly<Record<PortName, number>>;

/** Where a process of the service listens: PORT, GRAPHQL_PORT, METRICS_PORT. */
export type Listener = Extract<PortName, 'http' | 'graphql' | 'metrics'>;
