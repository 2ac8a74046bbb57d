import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../../service/contract/components.ts';
import { endpoints } from '../../service/contract/endpoints.ts';
import type { WorkloadRole } from '../../service/contract/roles.ts';
import { apiAccess } from '../constructs/api-access.ts';
import { Connections } from '../constructs/connections.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { GuardedNamespace } from '../constructs/namespace.ts';
import { type Server, server } from '../constructs/server.ts';
import type { Environment, Monitoring, Resources } from '../environments/environment.ts';
import { images } from '../images.ts';
import { alertmanagerConfig, secretsFolder } from '../monitoring/alertmanager.ts';
import { grafanaConfig, grafanaVariables } from '../monitoring/grafana.ts';
import { jaegerConfig } from '../monitoring/jaeger.ts';
import { alloyConfig, lokiConfig } from '../monitoring/logs.ts';
import { prometheusFiles, rolesIn } from '../monitoring/prometheus.ts';

type Bundled = Extract<Monitoring, { kind: 'bundled' }>;
export type Watcher = Extract<ComponentName, 'prometheus' | 'alertmanager' | 'grafana' | 'loki' | 'alloy' | 'jaeger'>;

const sized = (memory: string, limit: string): Resources => ({ requests: { cpu: '50m', memory }, limits: { cpu: '1', memory: limit } });

/** Each of them: its image, as whom it runs, what it is told (guide rows OB-07, OB-08, OB-11, OB-13, OB-19). */
export function watchers(environment: Environment, { retentionDays, storage, notify }: Bundled): Readonly<Record<Watcher, Server>> {
  const { ports } = environment;
  return {
    prometheus: {
      image: images.prometheus,
      user: 65534,
      args: [
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        `--storage.tsdb.retention.time=${retentionDays}d`,
        `--web.listen-address=:${ports.prometheus}`,
      ],
      config: { folder: '/etc/prometheus', files: prometheusFiles(environment) },
      data: { folder: '/prometheus', storage },
      probes: { alive: '/-/healthy', ready: '/-/ready' },
      resources: sized('256Mi', '1Gi'),
    },
    alertmanager: {
      image: images.alertmanager,
      user: 65534,
      args: [
        '--config.file=/etc/alertmanager/alertmanager.yml',
        '--storage.path=/alertmanager',
        `--web.listen-address=:${ports.alertmanager}`,
        // One replica: nobody to gossip with.
        '--cluster.listen-address=',
      ],
      config: { folder: '/etc/alertmanager', files: { 'alertmanager.yml': alertmanagerConfig(notify) } },
      secrets: { folder: secretsFolder, name: environment.names.monitoring },
      data: { folder: '/alertmanager', storage: '1Gi' },
      probes: { alive: '/-/healthy', ready: '/-/ready' },
      resources: sized('64Mi', '128Mi'),
    },
    grafana: {
      image: images.grafana,
      user: 472,
      env: grafanaVariables(environment),
      config: grafanaConfig(environment),
      data: { folder: '/var/lib/grafana', storage: '1Gi' },
      writable: ['/tmp', '/var/log/grafana'],
      probes: { alive: '/api/health', ready: '/api/health' },
      resources: sized('128Mi', '512Mi'),
    },
    loki: {
      image: images.loki,
      user: 10001,
      args: ['-config.file=/etc/loki/loki.yml'],
      config: { folder: '/etc/loki', files: { 'loki.yml': lokiConfig(environment, '/loki', retentionDays) } },
      data: { folder: '/loki', storage },
      writable: ['/tmp'],
      probes: { alive: '/metrics', ready: '/ready' },
      resources: sized('128Mi', '512Mi'),
    },
    alloy: {
      image: images.alloy,
      user: 473,
      args: [
        'run',
        '/etc/alloy/config.alloy',
        '--storage.path=/var/lib/alloy',
        `--server.http.listen-addr=0.0.0.0:${ports.alloy}`,
        '--disable-reporting',
      ],
      config: { folder: '/etc/alloy', files: { 'config.alloy': alloyConfig(environment) } },
      writable: ['/var/lib/alloy', '/tmp'],
      probes: { alive: '/-/healthy', ready: '/-/ready' },
      resources: sized('128Mi', '512Mi'),
    },
    jaeger: {
      image: images.jaeger,
      user: 10001,
      args: ['--config=/etc/jaeger/jaeger.yml'],
      config: { folder: '/etc/jaeger', files: { 'jaeger.yml': jaegerConfig(environment, 20_000) } },
      writable: ['/tmp'],
      probes: { alive: '/', ready: '/' },
      resources: sized('64Mi', '512Mi'),
    },
  };
}

/** Alloy finds the pods in the service's namespace, and reads what they say. */
const readsLogs: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/**
 * What watches the service where no operator does, in a namespace of its own with Pod Security `restricted` and default-deny. A cluster
 * admin applies it once: it gives rights in the service's namespace, which no release may. People come by `kubectl port-forward`.
 */
export class MonitoringChart extends Chart {
  constructor(scope: Construct, environment: Environment, bundled: Bundled) {
    super(scope, 'monitoring', { namespace: bundled.namespace, disableResourceNameHashes: true });
    new GuardedNamespace(this, 'namespace', environment, bundled.namespace);
    new Connections(this, 'connections', environment, bundled.namespace);
    apiAccess(this, environment, 'alloy', { from: bundled.namespace, rules: readsLogs });
    for (const role of rolesIn(environment)) metricsService(this, environment, role);
    const specs = watchers(environment, bundled);
    for (const component of Object.keys(specs).filter((name): name is Watcher => name in specs)) {
      server(this, environment, component, specs[component]);
    }
  }
}

/** A name in the service's namespace that stands for every pod of a role: one that is not ready is to be seen, too. */
function metricsService(scope: Construct, environment: Environment, role: WorkloadRole): void {
  const { namespace, names, ports } = environment;
  const { port } = endpoints.metrics;
  new k8s.KubeService(scope, `${role}-metrics`, {
    metadata: { namespace, name: names.metrics[role], labels: labels(environment, role) },
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: { ...selectorLabels(environment, role) },
      ports: [{ name: port, port: ports[port], targetPort: k8s.IntOrString.fromString(port) }],
    },
  });
}
