import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { endpoints } from '../../service/contract/endpoints.ts';
import { names, product } from '../../service/contract/product.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import type { Environment } from '../environments/environment.ts';
import { alertGroup } from '../monitoring/alerts.ts';

/** What the Prometheus operator reads: where to scrape, when to alert. */
export class ObservabilityChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'observability', { namespace: environment.namespace, disableResourceNameHashes: true });
    const common = { apiVersion: 'monitoring.coreos.com/v1' };
    new ApiObject(this, 'scrape', {
      ...common,
      kind: 'PodMonitor',
      metadata: { name: names.api, labels: labels('api') },
      spec: {
        selector: { matchLabels: selectorLabels('api') },
        podMetricsEndpoints: [{ port: endpoints.metrics.port, path: endpoints.metrics.path, interval: '15s' }],
      },
    });
    new ApiObject(this, 'rules', {
      ...common,
      kind: 'PrometheusRule',
      metadata: { name: product.name, labels: labels('api') },
      spec: { groups: [alertGroup] },
    });
  }
}
