import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { localDatabase, type StoreSecretName } from '../../service/contract/stores.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { hardenedPod } from '../constructs/pod.ts';
import type { Cache, Database, Environment } from '../environments/environment.ts';
import { images } from '../images.ts';

/** The users of the official images. */
const users = { postgres: 70, redis: 999 } as const;

const password: StoreSecretName = 'POSTGRES_PASSWORD';

/** The stores that an environment brings along. */
export class DataChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'data', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { database, cache } = environment;
    if (database.kind === 'stateful-set') postgres(this, environment, database);
    if (cache.kind === 'in-cluster') redis(this, environment, cache);
  }
}

/** Whether an environment has stores of its own. */
export const hasStores = ({ database, cache }: Environment) => database.kind !== 'external' || cache.kind !== 'external';

function postgres(scope: Construct, environment: Environment, { storage, resources }: Extract<Database, { kind: 'stateful-set' }>): void {
  const { names, ports } = environment;
  const folder = '/var/lib/postgresql/data';
  const ready: k8s.Probe = {
    exec: { command: ['pg_isready', '--host=127.0.0.1', `--username=${localDatabase.user}`] },
    periodSeconds: 3,
    timeoutSeconds: 3,
    failureThreshold: 20,
  };
  new k8s.KubeStatefulSet(scope, 'postgres', {
    metadata: { name: names.postgres, labels: labels(environment, 'postgres') },
    spec: {
      serviceName: names.postgres,
      replicas: 1,
      selector: { matchLabels: { ...selectorLabels(environment, 'postgres') } },
      template: hardenedPod(environment, {
        component: 'postgres',
        user: users.postgres,
        resources,
        container: {
          image: images.postgres,
          ports: [{ name: 'postgres', containerPort: ports.postgres }],
          env: [
            { name: 'POSTGRES_DB', value: localDatabase.database },
            { name: 'POSTGRES_USER', value: localDatabase.user },
            { name: password, valueFrom: { secretKeyRef: { name: names.secrets, key: password } } },
            // A folder of its own: the volume's root may hold lost+found.
            { name: 'PGDATA', value: `${folder}/pgdata` },
          ],
          readinessProbe: ready,
          livenessProbe: ready,
          volumeMounts: [{ name: 'data', mountPath: folder }],
        },
        writable: ['/tmp', '/var/run/postgresql'],
      }),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
        },
      ],
    },
  });
  headless(scope, environment, 'postgres');
}

function redis(scope: Construct, environment: Environment, { memory, resources }: Extract<Cache, { kind: 'in-cluster' }>): void {
  const { names, ports } = environment;
  const ping: k8s.Probe = { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 5 };
  new k8s.KubeDeployment(scope, 'redis', {
    metadata: { name: names.redis, labels: labels(environment, 'redis') },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { ...selectorLabels(environment, 'redis') } },
      template: hardenedPod(environment, {
        component: 'redis',
        user: users.redis,
        resources,
        container: {
          image: images.redis,
          command: ['redis-server'],
          args: ['--save', '', '--appendonly', 'no', '--maxmemory', memory, '--maxmemory-policy', 'allkeys-lru', '--dir', '/data'],
          ports: [{ name: 'redis', containerPort: ports.redis }],
          readinessProbe: ping,
          livenessProbe: ping,
        },
        writable: ['/data'],
      }),
    },
  });
  headless(scope, environment, 'redis');
}

/** The name under which a store is found; it leads to the pod itself. */
function headless(scope: Construct, environment: Environment, store: 'postgres' | 'redis'): void {
  new k8s.KubeService(scope, `${store}-service`, {
    metadata: { name: environment.names[store], labels: labels(environment, store) },
    spec: {
      clusterIp: 'None',
      selector: { ...selectorLabels(environment, store) },
      ports: [{ name: store, port: environment.ports[store], targetPort: k8s.IntOrString.fromString(store) }],
    },
  });
}
