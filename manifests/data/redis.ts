import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { configurationMap } from '../constructs/configuration-map.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { hardenedPod } from '../constructs/pod.ts';
import type { Cache, Environment } from '../environments/environment.ts';
import { images } from '../images.ts';
import { headless } from './headless.ts';
import { checkMemory, redisFile } from './redis-file.ts';

/** The user of the official image. */
export const redisUser = 999;
const configuration = '/etc/redis';

/**
 * One Redis in memory only, for cache and limits (guide row DB-04): the service goes on without it.
 * @throws when `maxmemory` does not fit into the container's limit; names both and the construct's path
 */
export function redis(scope: Construct, environment: Environment, { memory, resources }: Extract<Cache, { kind: 'in-cluster' }>): void {
  const { names, ports } = environment;
  checkMemory(`${scope.node.path}/redis`, memory, resources.limits.memory);
  const config = configurationMap(scope, environment, 'redis', { 'redis.conf': redisFile(memory, ports.redis) });
  const ping: k8s.Probe = {
    exec: { command: ['redis-cli', '-p', String(ports.redis), 'ping'] },
    periodSeconds: 3,
    timeoutSeconds: 3,
    failureThreshold: 5,
  };
  new k8s.KubeDeployment(scope, 'redis', {
    metadata: { name: names.redis, labels: labels(environment, 'redis') },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { ...selectorLabels(environment, 'redis') } },
      template: hardenedPod(environment, {
        component: 'redis',
        user: redisUser,
        resources,
        container: {
          image: images.redis,
          command: ['redis-server'],
          args: [`${configuration}/redis.conf`],
          ports: [{ name: 'redis', containerPort: ports.redis }],
          readinessProbe: ping,
          livenessProbe: ping,
          volumeMounts: [{ name: 'configuration', mountPath: configuration, readOnly: true }],
        },
        writable: ['/data'],
        spec: { volumes: [{ name: 'configuration', configMap: { name: config } }] },
      }),
    },
  });
  headless(scope, environment, 'redis');
}
