import { Yaml } from 'cdk8s';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { type ComponentName, components } from '../components/components.ts';
import { connections } from '../components/connections.ts';
import { canaryComponent, canaryNames } from '../constructs/canary.ts';
import type { Environment } from '../environments/environment.ts';
import { scrapeSeconds, type TargetLabel } from '../prometheus/scrape.ts';
import { alertGroup } from './alerts.ts';

/** Where a component of this namespace answers others. */
export function addressOf({ ports }: Environment, component: ComponentName): string {
  const [first] = components[component].listens;
  if (!first) throw new Error(`${component} listens on no port in the contract`);
  return `${component}:${ports[first]}`;
}

/** Its own metrics, and those of what it is connected to in its own namespace; all of them on `/metrics`. */
const watched = connections.filter(({ from, to }) => from === 'prometheus' && components[to].kind === 'monitoring').map(({ to }) => to);

/** What Prometheus finds beside it: the name that stands for every process of a role, and which of those that watch run. */
export interface PrometheusTargets {
  readonly roleName: (role: WorkloadRole) => string;
  readonly running: (component: ComponentName) => boolean;
  /** The name of a release beside the stable one; not set: there never is one. */
  readonly canaryName?: string;
}
const inCluster = (environment: Environment): PrometheusTargets => {
  const { names, namespace, strategy } = environment;
  return {
    roleName: (role) => `${names.metrics[role]}.${namespace}.svc`,
    running: () => true,
    ...(strategy && { canaryName: `${canaryNames(names).metrics}.${namespace}.svc` }),
  };
};

/** The roles that run in an environment. */
export const rolesIn = ({ workloads }: Environment): WorkloadRole[] => workloadRoles.filter((role) => workloads[role]);

/**
 * The files of Prometheus (guide rows OB-07, OB-09). Pods of the service are found by DNS, so that Prometheus needs no token and no right
 * in the cluster. Stores are not scraped: they speak no HTTP (D-13).
 */
export function prometheusFiles(environment: Environment, around = inCluster(environment)): Readonly<Record<string, string>> {
  const others = (['prometheus', ...watched] as const).filter(around.running).map((component) => ({
    job_name: component,
    static_configs: [
      { targets: [component === 'prometheus' ? `localhost:${environment.ports.prometheus}` : addressOf(environment, component)] },
    ],
  }));
  const config = {
    global: { scrape_interval: `${scrapeSeconds.others}s`, evaluation_interval: `${scrapeSeconds.others}s` },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [addressOf(environment, 'alertmanager')] }] }] },
    scrape_configs: [
      ...rolesIn(environment).map((role) =>
        serviceJob(environment, { job: environment.names.metrics[role], component: role, name: around.roleName(role) }),
      ),
      ...(around.canaryName === undefined
        ? []
        : [serviceJob(environment, { job: canaryNames(environment.names).metrics, component: canaryComponent, name: around.canaryName })]),
      ...others,
    ],
  };
  return { 'prometheus.yml': Yaml.stringify(config), 'rules.yml': Yaml.stringify({ groups: [alertGroup(environment)] }) };
}

interface Found {
  readonly job: string;
  readonly component: string;
  readonly name: string;
}

/** The pods that a name stands for, all of them, ready or not. */
function serviceJob({ names, ports }: Environment, { job, component, name }: Found) {
  const labelled = (target_label: TargetLabel, replacement: string) => ({ target_label, replacement });
  return {
    job_name: job,
    scrape_interval: `${scrapeSeconds.service}s`,
    metrics_path: endpoints.metrics.path,
    dns_sd_configs: [
      {
        names: [name],
        type: 'A',
        port: ports[endpoints.metrics.port],
        refresh_interval: `${scrapeSeconds.others}s`,
      },
    ],
    relabel_configs: [labelled('job', names.prefix), labelled('component', component)],
  };
}
