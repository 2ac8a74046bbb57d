import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import { metadataKeys } from '../../contract/product.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { commonLabels, componentLabels, monitorLabels } from '../constructs/labels.ts';
import { podSelectorOf } from '../constructs/network-peers.ts';
import type { Environment, Monitoring } from '../environments/environment.ts';
import { alertmanagerConfigResource } from '../monitoring/alertmanager-config-resource.ts';
import { ruleGroups } from '../monitoring/alerts.ts';
import { dashboardFiles } from '../monitoring/dashboards.ts';
import { componentMetaLabel, scrapeSeconds } from '../prometheus/scrape.ts';

type Operator = Extract<Monitoring, { kind: 'operator' }>;

/** Objects for the Prometheus operator (PodMonitors, rules, AlertmanagerConfig) and the dashboards for Grafana's sidecar. */
export class ObservabilityChart extends Chart {
  constructor(scope: Construct, environment: Environment, { notify }: Operator) {
    super(scope, 'observability', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { names, workloads } = environment;
    const metadata = { name: names.prefix, labels: { ...commonLabels(environment), ...monitorLabels(environment) } };
    for (const role of workloadRoles.filter((each) => workloads[each])) addCustomResource(this, podMonitor(environment, role));
    // The operator restricts an AlertmanagerConfig to alerts with its own namespace; aggregated alerts have lost that label.
    const targets = { namespace: { is: environment.namespace } } as const;
    const groups = ruleGroups(environment, { labels: { namespace: environment.namespace }, targets });
    addCustomResource(this, new PrometheusRule({ metadata, spec: { groups } }));
    addCustomResource(this, alertmanagerConfigResource(environment, notify));
    new k8s.KubeConfigMap(this, 'dashboard', {
      metadata: { name: `${names.monitoring}-dashboard`, labels: { ...commonLabels(environment), grafana_dashboard: '1' } },
      // The sidecar writes all dashboards of the cluster into one folder.
      data: Object.fromEntries(
        Object.entries(dashboardFiles(environment, { targets })).map(([name, json]) => [`${environment.namespace}-${name}`, json]),
      ),
    });
  }
}

/** Series get the same labels as with the bundled Prometheus. */
const podMonitor = (environment: Environment, role: WorkloadRole) =>
  new PodMonitor({
    metadata: { name: environment.names[role], labels: { ...componentLabels(environment, role), ...monitorLabels(environment) } },
    spec: {
      selector: { ...podSelectorOf(environment, role) },
      jobLabel: metadataKeys.partOf,
      podMetricsEndpoints: [
        {
          port: endpoints.metrics.port,
          path: endpoints.metrics.path,
          interval: `${scrapeSeconds.service}s`,
          relabelings: [{ sourceLabels: [componentMetaLabel], targetLabel: 'component' }],
        },
      ],
    },
  });
