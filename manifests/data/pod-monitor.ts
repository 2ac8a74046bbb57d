import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { Construct } from 'constructs';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { componentLabels, monitorLabels } from '../constructs/labels.ts';
import { podSelectorOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';

/** Scrapes CloudNativePG's pods, whose port is named `metrics`. */
export function addPodMonitor(scope: Construct, environment: Environment, component: 'postgres' | 'pooler'): void {
  addCustomResource(
    scope,
    new PodMonitor({
      metadata: {
        name: environment.names[component],
        labels: { ...componentLabels(environment, component), ...monitorLabels(environment) },
      },
      spec: { selector: { ...podSelectorOf(environment, component) }, podMetricsEndpoints: [{ port: 'metrics', interval: '15s' }] },
    }),
  );
}
