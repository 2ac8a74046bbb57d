import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../../service/contract/components.ts';
import { ports } from '../../service/contract/ports.ts';
import { names } from '../../service/contract/product.ts';
import { localDatabase, type StoreSecretName } from '../../service/contract/stores.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { hardenedPod } from '../constructs/pod.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { images } from '../images.ts';

const small: Resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } };

/** The users of the official images. */
const users = { postgres: 70, redis: 999 } as const;

const password: StoreSecretName = 'POSTGRES_PASSWORD';

/** PostgreSQL and Redis inside the cluster, one pod each: for `local` only, everybody else has managed ones. */
export class DataChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'data', { namespace: environment.namespace, disableResourceNameHashes: true });
    this.#postgres();
    this.#redis();
  }

  #postgres() {
    const folder = '/var/lib/postgresql/data';
    const ready: k8s.Probe = {
      exec: { command: ['pg_isready', '--host=127.0.0.1', `--username=${localDatabase.user}`] },
      periodSeconds: 3,
      timeoutSeconds: 3,
      failureThreshold: 20,
    };
    new k8s.KubeStatefulSet(this, 'postgres', {
      metadata: { name: names.postgres, labels: labels('postgres') },
      spec: {
        serviceName: names.postgres,
        replicas: 1,
        selector: { matchLabels: selectorLabels('postgres') },
        template: hardenedPod({
          component: 'postgres',
          user: users.postgres,
          resources: small,
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
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('5Gi') } } },
          },
        ],
      },
    });
    this.#service('postgres', names.postgres);
  }

  /** Cache and limits only; what is least used goes when memory is short (guide row CA-10). No jobs live here (D-16). */
  #redis() {
    const ping: k8s.Probe = { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 5 };
    new k8s.KubeDeployment(this, 'redis', {
      metadata: { name: names.redis, labels: labels('redis') },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels('redis') },
        template: hardenedPod({
          component: 'redis',
          user: users.redis,
          resources: small,
          container: {
            image: images.redis,
            command: ['redis-server'],
            args: ['--save', '', '--appendonly', 'no', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru', '--dir', '/data'],
            ports: [{ name: 'redis', containerPort: ports.redis }],
            readinessProbe: ping,
            livenessProbe: ping,
          },
          writable: ['/data'],
        }),
      },
    });
    this.#service('redis', names.redis);
  }

  #service(component: Extract<ComponentName, 'postgres' | 'redis'>, name: string) {
    new k8s.KubeService(this, `${component}-service`, {
      metadata: { name, labels: labels(component) },
      spec: {
        clusterIp: 'None',
        selector: selectorLabels(component),
        ports: [{ name: component, port: ports[component], targetPort: k8s.IntOrString.fromString(component) }],
      },
    });
  }
}
