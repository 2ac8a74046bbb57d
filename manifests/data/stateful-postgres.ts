import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { StoreSecretName } from '../../contract/stores.ts';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { addConfigMap } from '../constructs/config-map.ts';
import { componentLabels, selectorLabels } from '../constructs/labels.ts';
import { localDatabase } from '../constructs/local-database.ts';
import { hardenedPodTemplate } from '../constructs/pod.ts';
import { addService } from '../constructs/services.ts';
import { volumeClaim } from '../constructs/volume-claim.ts';
import type { Environment, StatefulDatabase } from '../environments/environment.ts';
import { parametersOf } from './connection-budget.ts';
import { postgresqlConf } from './postgres-tuning.ts';

/** Uid of the official image. */
export const postgresUser = 70;
export const passwordKey = 'POSTGRES_PASSWORD' satisfies StoreSecretName;

/** Arguments of initdb. */
export const initArguments = '--encoding=UTF8 --locale=C --auth-host=scram-sha-256 --data-checksums';
/** Volume of the PostgreSQL 18 image. */
export const dataFolder = '/var/lib/postgresql';
const configuration = '/etc/postgresql';

/** Seconds for the shutdown checkpoint on a slow disk. If it is killed earlier, the next start replays the WAL. */
export const postgresGrace = 120;
/** Over TCP, because during initdb a server responds on the Unix socket only. */
export const readinessCommand = ['pg_isready', '--host=127.0.0.1', `--username=${localDatabase.user}`];
/** Exit code 1 (starting up) is alive: a recovery that is killed would start from the beginning. */
export const livenessCommand = ['sh', '-c', `${readinessCommand.join(' ')} || [ $? -eq 1 ]`];

/** A single PostgreSQL on a volume, tuned to its limits. */
export function addStatefulPostgres(scope: Construct, environment: Environment, database: StatefulDatabase): void {
  const { names, ports } = environment;
  const { storage, resources } = database;
  const parameters = parametersOf(`${scope.node.path}/postgres`, environment, { storage, resources });
  const file = postgresqlConf({ listen_addresses: '*', ...parameters });
  const config = addConfigMap(scope, environment, 'postgres', { 'postgresql.conf': file });
  new k8s.KubeStatefulSet(scope, 'postgres', {
    metadata: { name: names.postgres, labels: componentLabels(environment, 'postgres') },
    spec: {
      serviceName: names.postgres,
      replicas: 1,
      selector: { matchLabels: { ...selectorLabels(environment, 'postgres') } },
      template: podTemplate(environment, database, config),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: volumeClaim(environment, storage),
        },
      ],
    },
  });
  addService(scope, 'postgres-service', environment, 'postgres', {
    name: names.postgres,
    headless: true,
    ports: [{ name: 'postgres', port: ports.postgres }],
  });
}

const probe = (command: readonly string[]): k8s.Probe => ({
  exec: { command: [...command] },
  periodSeconds: 3,
  timeoutSeconds: 3,
  failureThreshold: 20,
});

function podTemplate(environment: Environment, database: StatefulDatabase, config: string): k8s.PodTemplateSpec {
  const { names, ports } = environment;
  return hardenedPodTemplate(environment, {
    component: 'postgres',
    user: postgresUser,
    resources: database.resources,
    container: {
      image: thirdPartyImages.postgres,
      args: ['postgres', '-c', `config_file=${configuration}/postgresql.conf`],
      ports: [{ name: 'postgres', containerPort: ports.postgres }],
      env: [
        { name: 'POSTGRES_DB', value: localDatabase.database },
        { name: 'POSTGRES_USER', value: localDatabase.user },
        { name: 'POSTGRES_INITDB_ARGS', value: initArguments },
        { name: passwordKey, valueFrom: { secretKeyRef: { name: names.secrets, key: passwordKey } } },
        // A subfolder, because the volume's root may contain lost+found.
        { name: 'PGDATA', value: `${dataFolder}/pgdata` },
      ],
      readinessProbe: probe(readinessCommand),
      livenessProbe: probe(livenessCommand),
      volumeMounts: [
        { name: 'data', mountPath: dataFolder },
        { name: 'configuration', mountPath: configuration, readOnly: true },
      ],
    },
    writablePaths: ['/tmp', '/var/run/postgresql'],
    spec: { terminationGracePeriodSeconds: postgresGrace, volumes: [{ name: 'configuration', configMap: { name: config } }] },
  });
}
