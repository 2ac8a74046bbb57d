import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { addConfigMap } from '../constructs/config-map.ts';
import { addKubernetesApiAccess } from '../constructs/kubernetes-api-access.ts';
import { componentLabels, selectorLabels } from '../constructs/labels.ts';
import { PodSecurityNamespace } from '../constructs/namespace.ts';
import { NetworkPolicies } from '../constructs/network-policies.ts';
import { hardenedPodTemplate } from '../constructs/pod.ts';
import type { Environment, Logs } from '../environments/environment.ts';
import { fluentBitConfig, logFolder, positionsFolder } from '../monitoring/fluent-bit.ts';

const component = 'fluent-bit';
const configFolder = '/etc/fluent-bit';

/**
 * Fluent Bit on every node, which sends logs to an Elasticsearch of the cluster. It reads log files of the node as root, which Pod Security
 * `restricted` forbids, so it has a namespace of its own. A cluster admin applies it once.
 */
export class LoggingChart extends Chart {
  constructor(scope: Construct, environment: Environment, logs: Logs) {
    super(scope, 'logging', { namespace: logs.namespace, disableResourceNameHashes: true });
    new PodSecurityNamespace(this, 'namespace', environment, logs.namespace, 'privileged');
    new NetworkPolicies(this, 'connections', environment, logs.namespace);
    const rules: k8s.PolicyRule[] = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }];
    addKubernetesApiAccess(this, environment, component, { from: logs.namespace, rules });
    new k8s.KubeDaemonSet(this, component, {
      metadata: { name: component, labels: componentLabels(environment, component) },
      spec: {
        selector: { matchLabels: { ...selectorLabels(environment, component) } },
        updateStrategy: { type: 'RollingUpdate' },
        template: pod(this, environment, logs),
      },
    });
  }
}

function pod(scope: Construct, environment: Environment, logs: Logs): k8s.PodTemplateSpec {
  const config = addConfigMap(
    scope,
    environment,
    component,
    { 'fluent-bit.conf': fluentBitConfig(environment, logs) },
    'fluent-bit-config',
  );
  const probe = (path: string): k8s.Probe => ({
    httpGet: { path, port: k8s.IntOrString.fromString(component) },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  });
  return hardenedPodTemplate(environment, {
    component,
    user: 0,
    hostPaths: [logFolder],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    container: {
      image: thirdPartyImages.fluentBit,
      args: [`--config=${configFolder}/fluent-bit.conf`],
      ports: [{ name: component, containerPort: environment.ports[component] }],
      // The health counts failed deliveries too: a restart during an outage of Elasticsearch would lose the buffered lines.
      livenessProbe: { ...probe('/'), initialDelaySeconds: 30 },
      readinessProbe: probe('/api/v1/health'),
      volumeMounts: [{ name: 'config', mountPath: configFolder, readOnly: true }],
    },
    writablePaths: [positionsFolder],
    // Runs on tainted nodes, too.
    spec: { volumes: [{ name: 'config', configMap: { name: config } }], tolerations: [{ operator: 'Exists' }] },
  });
}
