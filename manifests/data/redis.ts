import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { addConfigMap } from '../constructs/config-map.ts';
import { componentLabels, selectorLabels } from '../constructs/labels.ts';
import { hardenedPodTemplate } from '../constructs/pod.ts';
import { addService } from '../constructs/services.ts';
import type { Cache, Environment } from '../environments/environment.ts';
import { redisConf, validateMaxMemory } from './redis-conf.ts';

/** Uid of the official image. */
export const redisUser = 999;
const configuration = '/etc/redis';

/**
 * A single in-memory Redis for the cache and rate limits; the service also works without it.
 * @throws with the construct's path if `maxmemory` does not fit into the container's limit
 */
export function addRedis(scope: Construct, environment: Environment, { memory, resources }: Extract<Cache, { kind: 'in-cluster' }>): void {
  const { names, ports } = environment;
  validateMaxMemory(`${scope.node.path}/redis`, memory, resources.limits.memory);
  const config = addConfigMap(scope, environment, 'redis', { 'redis.conf': redisConf(memory, ports.redis) });
  const ping: k8s.Probe = {
    exec: { command: ['redis-cli', '-p', String(ports.redis), 'ping'] },
    periodSeconds: 3,
    timeoutSeconds: 3,
    failureThreshold: 2,
  };
  new k8s.KubeDeployment(scope, 'redis', {
    metadata: { name: names.redis, labels: componentLabels(environment, 'redis') },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { ...selectorLabels(environment, 'redis') } },
      template: hardenedPodTemplate(environment, {
        component: 'redis',
        user: redisUser,
        resources,
        container: {
          image: thirdPartyImages.redis,
          command: ['redis-server'],
          args: [`${configuration}/redis.conf`],
          ports: [{ name: 'redis', containerPort: ports.redis }],
          readinessProbe: ping,
          // A restart empties the cache and the counters, so it waits until Redis has not responded for a minute.
          livenessProbe: { ...ping, periodSeconds: 10, failureThreshold: 6 },
          volumeMounts: [{ name: 'configuration', mountPath: configuration, readOnly: true }],
        },
        writablePaths: ['/data'],
        spec: { volumes: [{ name: 'configuration', configMap: { name: config } }] },
      }),
    },
  });
  addService(scope, 'redis-service', environment, 'redis', {
    name: names.redis,
    headless: true,
    ports: [{ name: 'redis', port: ports.redis }],
  });
}
