import type { ComponentName } from '../components/components.ts';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { anyAddressAt } from '../constructs/address-ranges.ts';
import { quantityValue } from '../constructs/quantity.ts';
import type { ThirdPartyServer } from '../constructs/third-party-server.ts';
import type { Environment, Monitoring, Resources } from '../environments/environment.ts';
import { alertmanagerFile, secretsFolder } from './alertmanager-file.ts';
import { type Exporter, exporterServers, type StoreHosts } from './exporters.ts';
import { grafanaConfig, grafanaVariables } from './grafana.ts';
import { jaegerConfig } from './jaeger.ts';
import { alloyConfig, lokiConfig } from './logs.ts';
import { prometheusFiles } from './prometheus.ts';

export type BundledMonitoring = Extract<Monitoring, { kind: 'bundled' }>;
export type MonitoringComponent =
  | Extract<ComponentName, 'prometheus' | 'alertmanager' | 'grafana' | 'loki' | 'alloy' | 'jaeger'>
  | Exporter;

const sized = (memory: string, limit: string): Resources => ({ requests: { cpu: '50m', memory }, limits: { cpu: '1', memory: limit } });

const prometheus = (environment: Environment, { retentionDays, storage }: BundledMonitoring): ThirdPartyServer => ({
  image: thirdPartyImages.prometheus,
  user: 65534,
  args: [
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
    `--storage.tsdb.retention.time=${retentionDays}d`,
    // Prometheus crashes if the volume is full; the rest is for the WAL and compaction.
    `--storage.tsdb.retention.size=${Math.floor((quantityValue(storage) * 0.8) / 2 ** 20)}MB`,
    `--web.listen-address=:${environment.ports.prometheus}`,
  ],
  config: { folder: '/etc/prometheus', files: prometheusFiles(environment) },
  data: { folder: '/prometheus', storage },
  probes: { alive: '/-/healthy', ready: '/-/ready' },
  resources: sized('256Mi', '1Gi'),
});

const alertmanager = (environment: Environment, { notify }: BundledMonitoring): ThirdPartyServer => ({
  image: thirdPartyImages.alertmanager,
  user: 65534,
  args: [
    '--config.file=/etc/alertmanager/alertmanager.yml',
    '--storage.path=/alertmanager',
    `--web.listen-address=:${environment.ports.alertmanager}`,
    // A single replica needs no cluster.
    '--cluster.listen-address=',
  ],
  config: { folder: '/etc/alertmanager', files: { 'alertmanager.yml': alertmanagerFile(notify) } },
  secrets: { folder: secretsFolder, name: environment.names.monitoring },
  data: { folder: '/alertmanager', storage: '1Gi' },
  probes: { alive: '/-/healthy', ready: '/-/ready' },
  resources: sized('64Mi', '128Mi'),
});

const grafana = (environment: Environment): ThirdPartyServer => ({
  image: thirdPartyImages.grafana,
  user: 472,
  env: grafanaVariables(environment),
  config: grafanaConfig(environment),
  data: { folder: '/var/lib/grafana', storage: '1Gi' },
  writable: ['/tmp', '/var/log/grafana'],
  // The second one queries its database.
  probes: { alive: '/healthz', ready: '/api/health' },
  resources: sized('128Mi', '512Mi'),
});

const loki = (environment: Environment, { retentionDays, storage }: BundledMonitoring): ThirdPartyServer => ({
  image: thirdPartyImages.loki,
  user: 10001,
  args: ['-config.file=/etc/loki/loki.yml'],
  config: { folder: '/etc/loki', files: { 'loki.yml': lokiConfig(environment, '/loki', retentionDays) } },
  data: { folder: '/loki', storage },
  writable: ['/tmp'],
  probes: { alive: '/metrics', ready: '/ready' },
  resources: sized('128Mi', '512Mi'),
});

const alloy = (environment: Environment): ThirdPartyServer => ({
  image: thirdPartyImages.alloy,
  user: 473,
  args: [
    'run',
    '/etc/alloy/config.alloy',
    '--storage.path=/var/lib/alloy',
    `--server.http.listen-addr=${anyAddressAt(environment, environment.ports.alloy)}`,
    '--disable-reporting',
  ],
  config: { folder: '/etc/alloy', files: { 'config.alloy': alloyConfig(environment) } },
  writable: ['/var/lib/alloy', '/tmp'],
  probes: { alive: '/-/healthy', ready: '/-/ready' },
  resources: sized('128Mi', '512Mi'),
});

const jaeger = (environment: Environment): ThirdPartyServer => ({
  image: thirdPartyImages.jaeger,
  user: 10001,
  args: ['--config=/etc/jaeger/jaeger.yml'],
  config: { folder: '/etc/jaeger', files: { 'jaeger.yml': jaegerConfig(environment, 20_000) } },
  writable: ['/tmp'],
  // The second one queries the storage.
  probes: { alive: '/', ready: '/api/services' },
  resources: sized('64Mi', '512Mi'),
});

const storesInCluster = ({ names, namespace }: Environment): StoreHosts => ({
  postgres: `${names.postgres}.${namespace}.svc`,
  redis: `${names.redis}.${namespace}.svc`,
});

/** Image, user, configuration, volume and probes of each component. */
export const monitoringStack = (
  environment: Environment,
  monitoring: BundledMonitoring,
  stores: StoreHosts = storesInCluster(environment),
): Readonly<Record<MonitoringComponent, ThirdPartyServer>> => ({
  prometheus: prometheus(environment, monitoring),
  alertmanager: alertmanager(environment, monitoring),
  grafana: grafana(environment),
  loki: loki(environment, monitoring),
  alloy: alloy(environment),
  jaeger: jaeger(environment),
  ...exporterServers(environment, stores),
});
