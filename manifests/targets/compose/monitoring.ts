import type { MonitoringSecretName } from '../../../contract/monitoring.ts';
import { ports } from '../../../contract/ports.ts';
import { type ComponentName, components } from '../../components/components.ts';
import type { ThirdPartyServer } from '../../constructs/third-party-server.ts';
import { secretOf } from '../../environments/alert-receivers.ts';
import { alertmanagerFile } from '../../monitoring/alertmanager-file.ts';
import { grafanaConfig } from '../../monitoring/grafana.ts';
import { monitoringStack } from '../../monitoring/monitoring-stack.ts';
import { prometheusFiles } from '../../monitoring/prometheus.ts';
import { filesOf, secretNames } from './compose.ts';
import { configName, dockerService } from './compose-service.ts';
import type { ComposeFile } from './compose-types.ts';
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

/** The servers of the cluster that also run here, and their ports on the loopback interface. Docker keeps the logs. */
const published = { prometheus: 9090, alertmanager: 9093, grafana: 3001 } as const;
type Watcher = keyof typeof published;
const names: readonly Watcher[] = ['prometheus', 'alertmanager', 'grafana'];
const running = (component: ComponentName) => names.some((name) => name === component);

const password = 'GF_SECURITY_ADMIN_PASSWORD' satisfies MonitoringSecretName;
/** The secrets of each server. Alertmanager's are those of production's receivers. */
const secretsOf: Readonly<Partial<Record<Watcher, readonly MonitoringSecretName[]>>> = {
  alertmanager: [...new Set(Object.values(deployed.monitoring.notify).flatMap((receivers) => receivers.map(({ kind }) => secretOf[kind])))],
  grafana: [password],
};

/** The servers as in the cluster; on Docker the name of a role resolves to all its containers. */
function servers(): Readonly<Record<Watcher, ThirdPartyServer>> {
  const { notify } = deployed.monitoring;
  const { prometheus, alertmanager, grafana } = monitoringStack(deployed, {
    kind: 'bundled',
    namespace: deployed.namespace,
    retentionDays: 15,
    storage: '5Gi',
    notify,
  });
  const files = prometheusFiles(watched, { roleName: (role) => role, running });
  return {
    prometheus: { ...prometheus, config: { folder: '/etc/prometheus', files } },
    alertmanager: {
      ...alertmanager,
      config: { folder: '/etc/alertmanager', files: { 'alertmanager.yml': alertmanagerFile(notify, secretsFolder) } },
    },
    grafana: { ...grafana, config: grafanaConfig(deployed, running) },
  };
}

const volumeOf = (name: Watcher) => `${name}_data`;

function unit(
  name: Watcher,
  { image, user, args, env = [], config, data, writable = [], probes, resources }: ThirdPartyServer,
): ServiceSpec {
  const [listens] = components[name].listens;
  const values = env.flatMap((variable) => (variable.value === undefined ? [] : [[variable.name, variable.value] as const]));
  const variables =
    name === 'grafana' ? { ...Object.fromEntries(values), [`${password}__FILE`]: secretPath(password) } : Object.fromEntries(values);
  return {
    image,
    user,
    ...(args && { command: args }),
    environment: variables,
    secrets: secretsOf[name] ?? [],
    configs: Object.fromEntries(
      Object.entries(config?.files ?? {}).map(([path, text]) => [
        `compose/${monitoringFolder}/${name}/${path}`,
        { text, target: `${config?.folder}/${path}` },
      ]),
    ),
    mounts: data ? [{ type: 'volume', source: volumeOf(name), target: data.folder }] : [],
    tmpfs: writable.map((path) => ({ path, mebibytes: 64 })),
    networks: [...networksOf(name, deployed), publishing],
    ports: [{ target: ports[listens], published: published[name], host_ip: '127.0.0.1' }],
    healthcheck: {
      test: httpCheck(ports[listens], probes.alive),
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

/** Prometheus, Alertmanager and Grafana. */
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
    volumes: Object.fromEntries(names.map((name) => [volumeOf(name), {}])),
    configs: Object.fromEntries(Object.keys(filesOf(units)).map((path) => [configName(path), { file: `./${path}` }])),
    secrets: Object.fromEntries(secretNames(units).map((name) => [name, { file: `./.secrets/${monitoringFolder}/${name}` }])),
  };
}
