import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { product } from '../../service/contract/product.ts';
import type { Environment } from '../environments/environment.ts';

/** Pods of the stores, the migration and of people who look into something. */
const otherPods = 10;

/**
 * Most that the namespace can take, and what a container gets that asks for nothing. Twice the largest scale, because pods that
 * drain count until they are gone: a rolling update at full scale must fit.
 */
export function namespaceBounds(scope: Construct, { namespace, replicas, resources }: Environment): void {
  const metadata = { namespace, labels: { 'app.kubernetes.io/name': product.name } };
  const pods = 2 * replicas.max + otherPods;
  const quantity = k8s.Quantity.fromString;
  new k8s.KubeResourceQuota(scope, 'quota', {
    metadata: { ...metadata, name: `${product.name}-quota` },
    spec: {
      hard: {
        pods: quantity(String(pods)),
        'requests.cpu': times(pods, resources.requests.cpu),
        'requests.memory': times(pods, resources.requests.memory),
        'limits.memory': times(pods, resources.limits.memory),
        // Nothing here is reached but through the gateway.
        'services.loadbalancers': quantity('0'),
        'services.nodeports': quantity('0'),
      },
    },
  });
  new k8s.KubeLimitRange(scope, 'limits', {
    metadata: { ...metadata, name: `${product.name}-limits` },
    spec: {
      limits: [
        {
          type: 'Container',
          default: { cpu: quantity(resources.limits.cpu), memory: quantity(resources.limits.memory) },
          defaultRequest: { cpu: quantity(resources.requests.cpu), memory: quantity(resources.requests.memory) },
        },
      ],
    },
  });
}

/** `4 × 250m` is `1000m`. */
function times(factor: number, quantity: string): k8s.Quantity {
  const { amount = '', unit = '' } = /^(?<amount>\d+)(?<unit>[a-zA-Z]*)$/.exec(quantity)?.groups ?? {};
  if (amount === '') throw new Error(`${quantity} is not a whole number with a unit, such as 250m or 1Gi`);
  return k8s.Quantity.fromString(`${factor * Number(amount)}${unit}`);
}
