import type { PortName } from '../../contract/ports.ts';

/**
 * What the product consists of and what it talks to.
 * `workload`: runs the product's image. `store`: in the cluster or outside, per environment. `monitoring`: in a namespace of its own.
 * `platform`: part of the cluster. `external`: reached over the internet.
 */
interface Component {
  readonly kind: 'workload' | 'store' | 'monitoring' | 'platform' | 'external';
  /** Ports it listens on. */
  readonly listens: readonly PortName[];
  /** It reads files of its node as root; the policies forbid that to every other pod. */
  readonly readsNode?: true;
}

export const components = {
  api: { kind: 'workload', listens: ['http', 'metrics'] },
  graphql: { kind: 'workload', listens: ['graphql', 'metrics'] },
  worker: { kind: 'workload', listens: ['http', 'metrics'] },
  scraper: { kind: 'workload', listens: ['http', 'metrics'] },
  analytics: { kind: 'workload', listens: ['http', 'metrics'] },
  migrate: { kind: 'workload', listens: [] },
  postgres: { kind: 'store', listens: ['postgres', 'postgresStatus', 'postgresMetrics'] },
  /** Connection pooler: multiplexes client connections over few connections to PostgreSQL. */
  pooler: { kind: 'store', listens: ['postgres', 'poolerMetrics'] },
  /** Read replicas of an operator's or a managed database. */
  replica: { kind: 'store', listens: ['postgres'] },
  /** Dumps PostgreSQL. */
  backup: { kind: 'store', listens: [] },
  redis: { kind: 'store', listens: ['redis'] },
  dns: { kind: 'platform', listens: ['dns'] },
  edge: { kind: 'platform', listens: [] },
  kubernetes: { kind: 'platform', listens: ['kubernetes', 'https'] },
  /** Control plane of the cluster's service mesh, which the sidecars in the workloads' pods call. */
  mesh: { kind: 'platform', listens: ['mesh'] },
  /** Manages PostgreSQL's instances. */
  'postgres-operator': { kind: 'platform', listens: [] },
  prometheus: { kind: 'monitoring', listens: ['prometheus'] },
  alertmanager: { kind: 'monitoring', listens: ['alertmanager'] },
  grafana: { kind: 'monitoring', listens: ['grafana'] },
  loki: { kind: 'monitoring', listens: ['loki'] },
  alloy: { kind: 'monitoring', listens: ['alloy'] },
  jaeger: { kind: 'monitoring', listens: ['jaeger', 'otlp'] },
  /** CPU, memory and disk of the machine. */
  'node-exporter': { kind: 'monitoring', listens: ['node-metrics'] },
  'postgres-exporter': { kind: 'monitoring', listens: ['pg-metrics'] },
  'redis-exporter': { kind: 'monitoring', listens: ['redis-metrics'] },
  'fluent-bit': { kind: 'monitoring', listens: ['fluent-bit'], readsNode: true },
  elasticsearch: { kind: 'store', listens: ['elasticsearch'] },
  model: { kind: 'external', listens: ['https'] },
  /** Takes the traces of the workloads, unless the bundled Jaeger does. */
  collector: { kind: 'external', listens: ['otlp'] },
  /** Hosts of pictures that requests name by URL. */
  pictures: { kind: 'external', listens: ['https'] },
  /** Sites whose news the scraper fetches. */
  sites: { kind: 'external', listens: ['https', 'web'] },
  /** Stores the backups of the operator's database, and exported files. */
  'object-store': { kind: 'external', listens: ['https'] },
  /** Sentry, or a server like it. */
  'error-reports': { kind: 'external', listens: ['https'] },
  /** Receivers of alerts: mail servers, webhooks. */
  receivers: { kind: 'external', listens: ['https', 'smtp'] },
} as const satisfies Record<string, Component>;
export type ComponentName = keyof typeof components;
export const componentNames: readonly ComponentName[] = Object.keys(components).filter((name): name is ComponentName => name in components);
