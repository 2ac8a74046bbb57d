import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ports } from '../../service/contract/ports.ts';
import { names } from '../../service/contract/product.ts';
import { configMap } from '../constructs/config.ts';
import { Connections, runningComponents } from '../constructs/connections.ts';
import { contentHash } from '../constructs/hash.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { hardenedPod, imageUser, spread } from '../constructs/pod.ts';
import { apiProbes } from '../constructs/probes.ts';
import { RollingDeployment } from '../constructs/rolling-deployment.ts';
import { wireSettings } from '../constructs/settings-wiring.ts';
import type { Environment } from '../environments/environment.ts';

/** The service: configuration, migration, workload, its Service, scaling and network policies (guide rows K8-02..K8-17, K8-20). */
export class ServiceChart extends Chart {
  constructor(scope: Construct, environment: Environment, image: string) {
    super(scope, 'service', { namespace: environment.namespace, disableResourceNameHashes: true });
    const config = configMap(this, environment);
    new Connections(this, 'connections', environment, runningComponents(environment));
    this.#migration(environment, image, config);
    this.#workload(environment, image, config);
    this.#scaling(environment);
  }

  /** Runs to its end before any workload is touched; named by its content, because a Job cannot be changed. */
  #migration(environment: Environment, image: string, config: string) {
    const pod = hardenedPod({
      component: 'migrate',
      user: imageUser,
      resources: environment.resources,
      container: { image, ...wireSettings(this, environment, 'migrate', config) },
      writable: ['/tmp'],
      spec: { restartPolicy: 'Never' },
    });
    new k8s.KubeJob(this, 'migrate', {
      metadata: { name: `${names.migrate}-${contentHash(pod)}`, labels: labels('migrate') },
      spec: { backoffLimit: 2, activeDeadlineSeconds: 600, template: pod },
    });
  }

  #workload(environment: Environment, image: string, config: string) {
    new RollingDeployment(this, 'api', {
      component: 'api',
      user: imageUser,
      resources: environment.resources,
      container: {
        image,
        ports: (['http', 'metrics'] as const).map((name) => ({ name, containerPort: ports[name] })),
        ...wireSettings(this, environment, 'api', config),
        ...apiProbes,
      },
      writable: ['/tmp'],
      spec: { topologySpreadConstraints: spread('api') },
    });
    new k8s.KubeService(this, 'service', {
      metadata: { name: names.service, labels: labels('api') },
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels('api'),
        ports: [{ name: 'http', port: ports.service, targetPort: k8s.IntOrString.fromString('http') }],
      },
    });
  }

  #scaling({ replicas }: Environment) {
    const utilization = (name: string, averageUtilization: number) => ({
      type: 'Resource',
      resource: { name, target: { type: 'Utilization', averageUtilization } },
    });
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { name: names.autoscaler, labels: labels('api') },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: names.api },
        minReplicas: replicas.min,
        maxReplicas: replicas.max,
        metrics: [utilization('cpu', 70), utilization('memory', 80)],
        behavior: {
          // Up at once and steeply, down slowly (guide row K8-17).
          scaleUp: {
            stabilizationWindowSeconds: 0,
            policies: [
              { type: 'Percent', value: 100, periodSeconds: 15 },
              { type: 'Pods', value: 2, periodSeconds: 15 },
            ],
            selectPolicy: 'Max',
          },
          scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
        },
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: names.budget, labels: labels('api') },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selectorLabels('api') },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
