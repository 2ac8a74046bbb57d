import { type MonitoringSecretName, monitoringRetentionDays } from '../../../contract/monitoring.ts';
import { ports } from '../../../contract/ports.ts';
import { type ComponentName, components } from '../../components/components.ts';
import type { ThirdPartyServer } from '../../constructs/third-party-server.ts';
import { secretOf } from '../../environments/alert-receivers.ts';
import { alertmanagerFile } from '../../monitoring/alertmanager-file.ts';
import { exporterNames, exporterPassword } from '../../monitoring/exporters.ts';
import { grafanaConfig } from '../../monitoring/grafana.ts';
import { dockerAlloyConfig, dockerLogs } from '../../monitoring/logs.ts';
import { monitoringStack } from '../../monitoring/monitoring-stack.ts';
import { prometheusFiles } from '../../monitoring/prometheus.ts';
import { filesOf, secretNames } from './compose.ts';
import { configName, dockerService } from './compose-service.ts';
import type { ComposeFile, Healthcheck } from './compose-types.ts';
import { productionOnDocker as deployed } from './deployment.ts';
import { httpCheck } from './healthcheck.ts';
import { networksOf, publishing } from './networks.ts';
import { seconds } from './quantities.ts';
import { secretPath, secretsFolder } from './secrets.ts';
import type { ServiceSpec, ServiceSpecs } from './service-spec.ts';

/** Below .secrets and below compose. */
export const monitoringFolder = 'monitoring';

/** Alerts link to the Grafana of the host. */
const watched = { ...deployed, links: { ...deployed.links, grafana: 'http://127.0.0.1:3001' } };

/** The servers of the cluster that also run here. */
const names = [
  ...(['prometheus', 'alertmanager', 'grafana', 'loki', 'alloy'] as const),
  ...exporterNames,
] as const satisfies readonly ComponentName[];
type Watcher = (typeof names)[number];
/** Ports of the loopback interface for those with a page: Grafana shows the logs. */
const published: Readonly<Partial<Record<Watcher, number>>> = { prometheus: 9090, alertmanager: 9093, grafana: 3001 };
const running = (component: ComponentName) => names.some((name) => name === component);

const password = 'GF_SECURITY_ADMIN_PASSWORD' satisfies MonitoringSecretName;
/** The secrets of each server. Alertmanager's are those of production's receivers. */
const secretsOf: Readonly<Partial<Record<Watcher, readonly MonitoringSecretName[]>>> = {
  alertmanager: [...new Set(Object.values(deployed.monitoring.notify).flatMap((receivers) => receivers.map(({ kind }) => secretOf[kind])))],
  grafana: [password],
  'postgres-exporter': [exporterPassword.key],
};
/** Variables with the paths of their files. */
const secretVariables: Readonly<Partial<Record<Watcher, Readonly<Record<string, string>>>>> = {
  grafana: { [`${password}__FILE`]: secretPath(password) },
  'postgres-exporter': { [`${exporterPassword.variable}_FILE`]: secretPath(exporterPassword.key) },
};

/** Position in each log file, so that a restart neither loses nor repeats lines. No folder of the image, which would belong to another user. */
const positionsFolder = '/positions';

/** The checks of images without wget. */
const healthChecks: Readonly<Partial<Record<Watcher, Healthcheck['test']>>> = {
  loki: ['CMD', '/usr/bin/loki', '-health', `-health.url=http://127.0.0.1:${ports.loki}/ready`],
  alloy: [
    'CMD',
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${ports.alloy} && printf 'GET /-/ready HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3`,
  ],
};

/** The servers as in the cluster; on Docker the name of a role resolves to all its containers. */
function servers(): Readonly<Record<Watcher, ThirdPartyServer>> {
  const { notify } = deployed.monitoring;
  const bundled = {
    kind: 'bundled',
    namespace: deployed.namespace,
    retentionDays: monitoringRetentionDays,
    storage: '10Gi',
    notify,
  } as const;
  const { prometheus, alertmanager, grafana, loki, alloy, ...others } = monitoringStack(deployed, bundled, {
    postgres: 'postgres',
    redis: 'redis',
  });
  const files = prometheusFiles(watched, { roleName: (role) => role, running });
  return {
    ...others,
    prometheus: { ...prometheus, config: { folder: '/etc/prometheus', files } },
    alertmanager: {
      ...alertmanager,
      config: { folder: '/etc/alertmanager', files: { 'alertmanager.yml': alertmanagerFile(notify, secretsFolder) } },
    },
    grafana: { ...grafana, config: grafanaConfig(deployed, running) },
    loki,
    // Docker's log files belong to root, which without capabilities can read its own files and those of everyone.
    alloy: {
      ...alloy,
      user: 0,
      config: { folder: '/etc/alloy', files: { 'config.alloy': dockerAlloyConfig(deployed) } },
      args: (alloy.args ?? []).map((arg) => (arg.startsWith('--storage.path=') ? `--storage.path=${positionsFolder}` : arg)),
      data: { folder: positionsFolder, storage: '1Gi' },
      writable: ['/tmp'],
    },
  };
}

const volumeOf = (name: Watcher) => `${name}_data`;

function unit(
  name: Watcher,
  { image, user, args, env = [], config, data, writable = [], probes, resources }: ThirdPartyServer,
): ServiceSpec {
  const [listens] = components[name].listens;
  const port = published[name];
  const values = env.flatMap((variable) => (variable.value === undefined ? [] : [[variable.name, variable.value] as const]));
  return {
    image,
    user,
    ...(args && { command: args }),
    environment: { ...Object.fromEntries(values), ...secretVariables[name] },
    secrets: secretsOf[name] ?? [],
    configs: Object.fromEntries(
      Object.entries(config?.files ?? {}).map(([path, text]) => [
        `compose/${monitoringFolder}/${name}/${path}`,
        { text, target: `${config?.folder}/${path}` },
      ]),
    ),
    mounts: [
      ...(data ? [{ type: 'volume', source: volumeOf(name), target: data.folder } as const] : []),
      ...(name === 'alloy' ? [{ type: 'bind', source: dockerLogs, target: dockerLogs, read_only: true } as const] : []),
    ],
    tmpfs: writable.map((path) => ({ path, mebibytes: 64 })),
    ...(port === undefined
      ? { networks: networksOf(name, deployed) }
      : {
          networks: [...networksOf(name, deployed), publishing],
          ports: [{ target: ports[listens], published: port, host_ip: '127.0.0.1' }],
        }),
    healthcheck: {
      test: healthChecks[name] ?? httpCheck(ports[listens], probes.alive),
      interval: seconds(10),
      timeout: seconds(5),
      retries: 6,
      start_period: seconds(60),
      start_interval: seconds(1),
    },
    stopGraceSeconds: 60,
    resources,
    maxProcesses: 256,
    replicas: 'one',
  };
}

/** Prometheus, Alertmanager, Grafana, Loki, Alloy and the exporters. */
export function monitoringServices(): ServiceSpecs {
  const specs = servers();
  return Object.fromEntries(names.map((name) => [name, unit(name, specs[name])]));
}

/** An override file for a deployment, whose networks it joins. */
export function monitoringFile(): ComposeFile {
  const units = monitoringServices();
  return {
    services: Object.fromEntries(Object.entries(units).map(([name, each]) => [name, dockerService(each, false)])),
    networks: Object.fromEntries([...new Set(Object.values(units).flatMap(({ networks }) => networks))].map((network) => [network, {}])),
    volumes: Object.fromEntries(
      Object.values(units).flatMap(({ mounts = [] }) => mounts.flatMap((mount) => (mount.type === 'volume' ? [[mount.source, {}]] : []))),
    ),
    configs: Object.fromEntries(Object.keys(filesOf(units)).map((path) => [configName(path), { file: `./${path}` }])),
    secrets: Object.fromEntries(secretNames(units).map((name) => [name, { file: `./.secrets/${monitoringFolder}/${name}` }])),
  };
}
