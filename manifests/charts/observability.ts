import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import { metadataKeys } from '../../contract/product.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { commonLabels, componentLabels } from '../constructs/labels.ts';
import { podSelectorOf } from '../constructs/network-peers.ts';
import type { Environment, Monitoring } from '../environments/environment.ts';
import { alertmanagerConfigResource } from '../monitoring/alertmanager-config-resource.ts';
import { alertGroup } from '../monitoring/alerts.ts';
import { dashboard } from '../monitoring/dashboard.ts';
import { componentMetaLabel, scrapeSeconds } from '../prometheus/scrape.ts';

type Operator = Extract<Monitoring, { kind: 'operator' }>;

/** What the Prometheus operator reads, and Grafana's sidecar: where to scrape, when to alert and whom to tell, what to show. */
export class ObservabilityChart extends Chart {
  constructor(scope: Construct, environment: Environment, { notify }: Operator) {
    super(scope, 'observability', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { names, workloads } = environment;
    const metadata = { name: names.prefix, labels: { ...commonLabels(environment) } };
    for (const role of workloadRoles.filter((each) => workloads[each])) addCustomResource(this, podMonitor(environment, role));
    // The operator has an AlertmanagerConfig tell of alerts of its own namespace alone; a sum over pods has lost that label.
    const group = alertGroup(environment, { namespace: environment.namespace });
    addCustomResource(this, new PrometheusRule({ metadata, spec: { groups: [group] } }));
    addCustomResource(this, alertmanagerConfigResource(environment, notify));
    new k8s.KubeConfigMap(this, 'dashboard', {
      metadata: { name: `${names.monitoring}-dashboard`, labels: { ...commonLabels(environment), grafana_dashboard: '1' } },
      data: { [`${names.prefix}.json`]: dashboard(environment) },
    });
  }
}

/** A pod's metrics are taken from the pod itself; its series bear the same labels as where the environment brings its own Prometheus. */
const podMonitor = (environment: Environment, role: WorkloadRole) =>
  new PodMonitor({
    metadata: { name: environment.names[role], labels: { ...componentLabels(environment, role) } },
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
