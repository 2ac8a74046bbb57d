import { Yaml } from 'cdk8s';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { type ComponentName, components } from '../components/components.ts';
import { connections } from '../components/connections.ts';
import { canaryComponent, canaryNames } from '../constructs/canary.ts';
import { runsIn } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import { scrapeSeconds, type TargetLabel } from '../prometheus/scrape.ts';
import { ruleGroups } from './alerts.ts';

/** Host and port of a component in the same namespace. */
export function addressOf({ ports }: Environment, component: ComponentName): string {
  const [first] = components[component].listens;
  if (!first) throw new Error(`${component} listens on no port in the contract`);
  return `${component}:${ports[first]}`;
}

/** Monitoring components that Prometheus scrapes. */
const scrapedComponents = connections
  .filter(({ from, to }) => from === 'prometheus' && components[to].kind === 'monitoring')
  .map(({ to }) => to);

/** `roleName`: DNS name that resolves to all processes of a role. `running`: whether a monitoring component runs. */
export interface PrometheusTargets {
  readonly roleName: (role: WorkloadRole) => string;
  readonly running: (component: ComponentName) => boolean;
  /** DNS name of canary pods; not set if the environment has no rollout strategy. */
  readonly canaryName?: string;
}
const inCluster = (environment: Environment): PrometheusTargets => {
  const { names, namespace, strategy } = environment;
  return {
    roleName: (role) => `${names.metrics[role]}.${namespace}.svc`,
    running: (component) => runsIn(environment, component),
    ...(strategy && { canaryName: `${canaryNames(names).metrics}.${namespace}.svc` }),
  };
};

export const rolesIn = ({ workloads }: Environment): WorkloadRole[] => workloadRoles.filter((role) => workloads[role]);

/**
 * Configuration files of Prometheus. It discovers the service's pods by DNS, so it needs no access to the Kubernetes API. Stores have
 * exporters.
 */
export function prometheusFiles(environment: Environment, around = inCluster(environment)): Readonly<Record<string, string>> {
  const others = (['prometheus', ...scrapedComponents] as const).filter(around.running).map((component) => ({
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
  return { 'prometheus.yml': Yaml.stringify(config), 'rules.yml': Yaml.stringify({ groups: ruleGroups(environment) }) };
}

interface Target {
  readonly job: string;
  readonly component: string;
  readonly name: string;
}

/** Scrapes all pods of a DNS name, ready or not. */
function serviceJob({ names, ports }: Environment, { job, component, name }: Target) {
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
