import { workloadRoles } from '../../contract/roles.ts';
import { type ConfigSettingName, defaultText, type SettingName } from '../../contract/settings.ts';
import type { ComponentName, components } from './components.ts';

/** `from` may open connections to `to`; the default-deny policy drops every connection that is not listed. */
interface ConnectionTo<To extends ComponentName> {
  readonly from: ComponentName;
  readonly to: To;
  readonly port: (typeof components)[To]['listens'][number];
  /** The setting of `from` that holds the address of `to`. */
  readonly setting?: SettingName;
  /** Exists only if the environment gives this setting another value than its default. */
  readonly ifSet?: ConfigSettingName;
  /** Exists only if an operator manages PostgreSQL: its instances connect to each other and to the Kubernetes API. */
  readonly operatorManaged?: true;
}
export type Connection = { [To in ComponentName]: ConnectionTo<To> }[ComponentName];

/** Whether a configuration has what a connection depends on. */
export const isConfigured = ({ ifSet }: Connection, config: Readonly<Partial<Record<ConfigSettingName, string>>>): boolean =>
  ifSet === undefined || (config[ifSet] ?? defaultText(ifSet)) !== defaultText(ifSet);

const workloadConnections = workloadRoles.flatMap(
  (from) =>
    [
      { from: 'prometheus', to: from, port: 'metrics' },
      { from, to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
      // Replaces the line above if the environment has a pooler.
      { from, to: 'pooler', port: 'postgres', setting: 'DATABASE_URL' },
      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },
      // Exists only if the environment has "errorReports".
      { from, to: 'error-reports', port: 'https', setting: 'SENTRY_DSN' },
      { from, to: 'dns', port: 'dns' },
      { from, to: 'mesh', port: 'mesh' },
      { from, to: 'jaeger', port: 'otlp', ifSet: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
      { from, to: 'collector', port: 'otlp', setting: 'OTEL_EXPORTER_OTLP_ENDPOINT', ifSet: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
    ] as const satisfies readonly Connection[],
);

/** The roles that call text models; analytics do only if a model refines what they found, and download no pictures. */
const modelConnections = [
  ...(['api', 'graphql', 'worker'] as const).flatMap(
    (from) =>
      [
        { from, to: 'model', port: 'https', setting: 'OPENAI_BASE_URL' },
        { from, to: 'pictures', port: 'https' },
      ] as const,
  ),
  { from: 'analytics', to: 'model', port: 'https', setting: 'OPENAI_BASE_URL', ifSet: 'NEWS_REFINE' },
] as const satisfies readonly Connection[];

/** Only the scraper calls sites, and it calls nothing else outside. */
const newsConnections = [
  { from: 'scraper', to: 'sites', port: 'https' },
  { from: 'scraper', to: 'sites', port: 'web' },
  ...(['api', 'graphql', 'analytics'] as const).map(
    (from) => ({ from, to: 'replica', port: 'postgres', setting: 'DATABASE_REPLICA_URL' }) as const,
  ),
  ...(['api', 'analytics'] as const).map(
    (from) => ({ from, to: 'object-store', port: 'https', setting: 'S3_ENDPOINT', ifSet: 'S3_BUCKET' }) as const,
  ),
] as const satisfies readonly Connection[];

/** A pod with a connection to the Kubernetes API also gets a token; its Role says what for (constructs/kubernetes-api-access.ts). */
const monitoringConnections = [
  ...(['prometheus', 'alertmanager', 'grafana', 'alloy', 'postgres-exporter', 'redis-exporter'] as const).map(
    (from) => ({ from, to: 'dns', port: 'dns' }) as const,
  ),
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
  { from: 'prometheus', to: 'node-exporter', port: 'node-metrics' },
  { from: 'prometheus', to: 'postgres-exporter', port: 'pg-metrics' },
  { from: 'prometheus', to: 'redis-exporter', port: 'redis-metrics' },
  { from: 'postgres-exporter', to: 'postgres', port: 'postgres' },
  { from: 'redis-exporter', to: 'redis', port: 'redis' },
  { from: 'grafana', to: 'prometheus', port: 'prometheus' },
  { from: 'grafana', to: 'alertmanager', port: 'alertmanager' },
  { from: 'grafana', to: 'loki', port: 'loki' },
  { from: 'grafana', to: 'jaeger', port: 'jaeger' },
  { from: 'alloy', to: 'loki', port: 'loki' },
  { from: 'alertmanager', to: 'receivers', port: 'https' },
  { from: 'alertmanager', to: 'receivers', port: 'smtp' },
] as const satisfies readonly Connection[];

const storeConnections = [
  { from: 'backup', to: 'postgres', port: 'postgres' },
  { from: 'backup', to: 'dns', port: 'dns' },
  { from: 'backup', to: 'object-store', port: 'https', ifSet: 'S3_BUCKET' },
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
  ...workloadConnections,
  ...modelConnections,
  ...newsConnections,
  { from: 'migrate', to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
  { from: 'migrate', to: 'dns', port: 'dns' },
  { from: 'migrate', to: 'mesh', port: 'mesh' },
  ...storeConnections,
  ...monitoringConnections,
] as const satisfies readonly Connection[];
