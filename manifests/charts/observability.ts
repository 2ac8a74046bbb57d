import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { endpoints } from '../../service/contract/endpoints.ts';
import { workloadRoles } from '../../service/contract/roles.ts';
import { commonLabels, labels, selectorLabels } from '../constructs/labels.ts';
import type { Environment } from '../environments/environment.ts';
import { alertGroup } from '../monitoring/alerts.ts';

/** What the Prometheus operator reads: where to scrape, when to alert. */
export class ObservabilityChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'observability', { namespace: environment.namespace, disableResourceNameHashes: true });
    const common = { apiVersion: 'monitoring.coreos.com/v1' };
    for (const role of workloadRoles.filter((each) => environment.workloads[each])) {
      new ApiObject(this, `${role}-scrape`, {
        ...common,
        kind: 'PodMonitor',
        metadata: { name: environment.names[role], labels: labels(environment, role) },
        spec: {
          selector: { matchLabels: selectorLabels(environment, role) },
          podMetricsEndpoints: [{ port: endpoints.metrics.port, path: endpoints.metrics.path, interval: '15s' }],
        },
      });
    }
    new ApiObject(this, 'rules', {
      ...common,
      kind: 'PrometheusRule',
      metadata: { name: environment.names.prefix, labels: commonLabels(environment) },
      spec: { groups: [alertGroup] },
    });
  }
}
