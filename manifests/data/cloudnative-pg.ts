import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { ScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import type { Construct } from 'constructs';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { imagePullSecretsOf } from '../constructs/image-pull-secrets.ts';
import { componentLabels } from '../constructs/labels.ts';
import { instanceSelector } from '../constructs/locations.ts';
import { priorityClassOf } from '../constructs/priority-classes.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';
import { archiveOf, backupPlugin, bootstrapOf } from './bootstrap.ts';
import { parametersOf } from './connection-budget.ts';
import { addObjectStore } from './object-store.ts';
import { addPodMonitor } from './pod-monitor.ts';
import { addPooler } from './pooler.ts';

/**
 * PostgreSQL managed by CloudNativePG: a primary and replicas spread over zones, tuned to their limits, with continuous backups. The operator
 * creates users and passwords.
 * @throws if more synchronous replicas are required than there are, or a backup archive would be overwritten
 */
export function addCloudNativePg(scope: Construct, environment: Environment, database: CloudNativePgDatabase): void {
  const { instances, synchronousReplicas, backups, pooler } = database;
  if (synchronousReplicas !== undefined && synchronousReplicas >= instances)
    throw new Error(
      `${scope.node.path}/postgres: ${synchronousReplicas} replicas must confirm a commit, but ${instances} instances have ${instances - 1}`,
    );
  addCluster(scope, environment, database);
  if (backups) {
    addObjectStore(scope, environment, backups);
    addScheduledBackup(scope, environment, backups.schedule);
  }
  if (pooler) addPooler(scope, environment, pooler);
  if (environment.monitoring.kind === 'operator') addPodMonitor(scope, environment, 'postgres');
}

const metadataOf = (environment: Environment) => ({
  name: environment.names.postgres,
  labels: { ...componentLabels(environment, 'postgres') },
});

function addCluster(scope: Construct, environment: Environment, database: CloudNativePgDatabase): void {
  const { instances, storage, resources, synchronousReplicas, backups, pooler } = database;
  const storageClass = environment.cluster?.storageClass;
  const path = `${scope.node.path}/postgres`;
  const pooled = pooler && pooler.instances * pooler.connections;
  const parameters = parametersOf(path, environment, { storage, resources, pooled });
  const cluster = new Cluster({
    metadata: metadataOf(environment),
    spec: {
      instances,
      imageName: thirdPartyImages.cloudNativePgPostgres,
      // Changes restart the replicas first, then switch over to one of them.
      primaryUpdateStrategy: 'unsupervised',
      primaryUpdateMethod: 'switchover',
      enableSuperuserAccess: false,
      ...bootstrapOf(path, environment, database),
      postgresql: {
        parameters: { ...parameters },
        ...(synchronousReplicas !== undefined && {
          // Commits do not wait if too few replicas are available.
          synchronous: { method: 'any' as const, number: synchronousReplicas, dataDurability: 'preferred' as const },
        }),
      },
      storage: { size: storage, ...(storageClass !== undefined && { storageClass }) },
      ...imagePullSecretsOf(environment),
      resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
      affinity: { enablePodAntiAffinity: true, podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { ...instanceSelector(environment) },
        },
      ],
      ...priorityClassOf(environment, 'postgres'),
      ...(backups && { plugins: [{ name: backupPlugin, isWALArchiver: true, parameters: archiveOf(environment, backups.archive) }] }),
    },
  });
  addCustomResource(scope, cluster);
}

function addScheduledBackup(scope: Construct, environment: Environment, schedule: string): void {
  const backup = new ScheduledBackup({
    metadata: metadataOf(environment),
    spec: {
      cluster: { name: environment.names.postgres },
      schedule,
      immediate: true,
      backupOwnerReference: 'cluster',
      method: 'plugin',
      pluginConfiguration: { name: backupPlugin },
    },
  });
  addCustomResource(scope, backup);
}
