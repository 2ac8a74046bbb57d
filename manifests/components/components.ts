import type { PortName } from '../../contract/ports.ts';
import { workloadRoles } from '../../contract/roles.ts';
import type { SettingName } from '../../contract/settings.ts';

/**
 * What the product consists of and what it talks to.
 * `workload`: ours, from the image. `store`: in the cluster or outside, as the environment says.
 * `monitoring`: watches the others, in a namespace of its own. `platform`: the cluster's own. `outside`: reached over the internet.
 */
interface Component {
  readonly kind: 'workload' | 'store' | 'monitoring' | 'platform' | 'outside';
  /** Ports it listens on. */
  readonly listens: readonly PortName[];
  /** Whether it reads files of its node, as root: no other pod may. */
  readonly readsNode?: true;
}

export const components = {
  api: { kind: 'workload', listens: ['http', 'metrics'] },
  graphql: { kind: 'workload', listens: ['graphql', 'metrics'] },
  worker: { kind: 'workload', listens: ['http', 'metrics'] },
  migrate: { kind: 'workload', listens: [] },
  postgres: { kind: 'store', listens: ['postgres', 'postgresStatus', 'postgresMetrics'] },
  /** Shares few connections to PostgreSQL among many. */
  pooler: { kind: 'store', listens: ['postgres', 'poolerMetrics'] },
  /** Dumps PostgreSQL. */
  backup: { kind: 'store', listens: [] },
  redis: { kind: 'store', listens: ['redis'] },
  dns: { kind: 'platform', listens: ['dns'] },
  edge: { kind: 'platform', listens: [] },
  kubernetes: { kind: 'platform', listens: ['kubernetes', 'https'] },
  /** Keeps PostgreSQL's instances. */
  'postgres-operator': { kind: 'platform', listens: [] },
  prometheus: { kind: 'monitoring', listens: ['prometheus'] },
  alertmanager: { kind: 'monitoring', listens: ['alertmanager'] },
  grafana: { kind: 'monitoring', listens: ['grafana'] },
  loki: { kind: 'monitoring', listens: ['loki'] },
  alloy: { kind: 'monitoring', listens: ['alloy'] },
  jaeger: { kind: 'monitoring', listens: ['jaeger', 'otlp'] },
  'fluent-bit': { kind: 'monitoring', listens: ['fluent-bit'], readsNode: true },
  elasticsearch: { kind: 'store', listens: ['elasticsearch'] },
  model: { kind: 'outside', listens: ['https'] },
  /** Where the operator's database keeps its backups. */
  'object-store': { kind: 'outside', listens: ['https'] },
  /** Whoever is told of alerts: mail, webhooks. */
  receivers: { kind: 'outside', listens: ['https', 'smtp'] },
} as const satisfies Record<string, Component>;
export type ComponentName = keyof typeof components;
export const componentNames: readonly ComponentName[] = Object.keys(components).filter((name): name is ComponentName => name in components);

/** `from` may open connections to `to`; a connection that is not listed is cut by the default-deny policy. */
interface ConnectionTo<To extends ComponentName> {
  readonly from: ComponentName;
  readonly to: To;
  readonly port: (typeof components)[To]['listens'][number];
  /** The setting that tells `from` where `to` is. */
  readonly setting?: SettingName;
  /** Only where an operator keeps PostgreSQL: its instances talk to each other and to the cluster. */
  readonly operatorManaged?: true;
}
export type Connection = { [To in ComponentName]: ConnectionTo<To> }[ComponentName];

const serving = workloadRoles.flatMap(
  (from) =>
    [
      { from: 'prometheus', to: from, port: 'metrics' },
      { from, to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
      // Instead of the line above, where there is a pooler.
      { from, to: 'pooler', port: 'postgres', setting: 'DATABASE_URL' },
      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },
      { from, to: 'model', port: 'https', setting: 'OPENAI_BASE_URL' },
      { from, to: 'dns', port: 'dns' },
    ] as const satisfies readonly Connection[],
);

/** A connection to the Kubernetes API also gives the pod a token; what it may do with it is its Role's (manifests/constructs/kubernetes-api-access.ts). */
const watching = [
  ...(['prometheus', 'alertmanager', 'grafana', 'alloy'] as const).map((from) => ({ from, to: 'dns', port: 'dns' }) as const),
  { from: 'alloy', to: 'kubernetes', port: 'kubernetes' },
  { from: 'alloy', to: 'kubernetes', port: 'https' },
  { from: 'fluent-bit', to: 'dns', port: 'dns' },
  { from: 'fluent-bit', to: 'kubernetes', port: 'kubernetes' },
  { from: 'fluent-bit', to: 'kubernetes', port: 'https' },
  { from: 'fluent-bit', to: 'elasticsearch', port: 'elasticsearch' },
  { from: 'prometheus', to: 'alertmanager', port: 'alertmanager' },
  { from: 'prometheus', to: 'grafana', port: 'grafana' },
  { from: 'prometheus', to: 'loki', port: 'loki' },
  { from: 'prometheus', to: 'alloy', port: 'alloy' },
  { from: 'grafana', to: 'prometheus', port: 'prometheus' },
  { from: 'grafana', to: 'alertmanager', port: 'alertmanager' },
  { from: 'grafana', to: 'loki', port: 'loki' },
  { from: 'grafana', to: 'jaeger', port: 'jaeger' },
  { from: 'alloy', to: 'loki', port: 'loki' },
  { from: 'alertmanager', to: 'receivers', port: 'https' },
  { from: 'alertmanager', to: 'receivers', port: 'smtp' },
] as const satisfies readonly Connection[];

const storing = [
  { from: 'backup', to: 'postgres', port: 'postgres' },
  { from: 'backup', to: 'dns', port: 'dns' },
  { from: 'pooler', to: 'postgres', port: 'postgres' },
  ...(['postgres', 'pooler'] as const).flatMap(
    (from) =>
      [
        { from, to: 'dns', port: 'dns', operatorManaged: true },
        { from, to: 'kubernetes', port: 'kubernetes', operatorManaged: true },
        { from, to: 'kubernetes', port: 'https', operatorManaged: true },
      ] as const,
  ),
  { from: 'postgres', to: 'postgres', port: 'postgres', operatorManaged: true },
  { from: 'postgres', to: 'postgres', port: 'postgresStatus', operatorManaged: true },
  { from: 'postgres-operator', to: 'postgres', port: 'postgres', operatorManaged: true },
  { from: 'postgres-operator', to: 'postgres', port: 'postgresStatus', operatorManaged: true },
  { from: 'postgres', to: 'object-store', port: 'https', operatorManaged: true },
  { from: 'prometheus', to: 'postgres', port: 'postgresMetrics', operatorManaged: true },
  { from: 'prometheus', to: 'pooler', port: 'poolerMetrics', operatorManaged: true },
] as const satisfies readonly Connection[];

export const connections = [
  { from: 'edge', to: 'api', port: 'http' },
  { from: 'edge', to: 'graphql', port: 'graphql' },
  ...serving,
  { from: 'migrate', to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
  { from: 'migrate', to: 'dns', port: 'dns' },
  ...storing,
  ...watching,
] as const satisfies readonly Connection[];
