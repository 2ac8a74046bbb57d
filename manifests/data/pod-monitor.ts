import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { Construct } from 'constructs';
import { labels } from '../constructs/labels.ts';
import { modelObject } from '../constructs/model-object.ts';
import { selectorOf } from '../constructs/places.ts';
import type { Environment } from '../environments/environment.ts';

/** What Prometheus scrapes of the operator's pods, which call that port `metrics`. */
export function podMonitor(scope: Construct, environment: Environment, component: 'postgres' | 'pooler'): void {
  modelObject(
    scope,
    new PodMonitor({
      metadata: { name: environment.names[component], labels: { ...labels(environment, component) } },
      spec: { selector: { ...selectorOf(environment, component) }, podMetricsEndpoints: [{ port: 'metrics', interval: '15s' }] },
    }),
  );
}
