import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { ScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import type { Construct } from 'constructs';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { componentLabels } from '../constructs/labels.ts';
import { instanceSelector } from '../constructs/network-peers.ts';
import { priorityClassOf } from '../constructs/priority-classes.ts';
import { thirdPartyImages } from '../constructs/third-party-images.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';
import { archiveOf, backupPlugin, bootstrapOf } from './bootstrap.ts';
import { parametersOf } from './connection-budget.ts';
import { addObjectStore } from './object-store.ts';
import { addPodMonitor } from './pod-monitor.ts';
import { addPooler } from './pooler.ts';

/**
 * PostgreSQL kept by the operator: primary and replicas over zones, tuned to their limits, saved continuously (guide rows DB-01,
 * DB-02, DB-09, DB-10, DB-14). It makes its users and passwords itself.
 * @throws when more replicas must confirm than there are, or an archive would be written over, naming both
 */
export function addCloudNativePg(scope: Construct, environment: Environment, database: CloudNativePgDatabase): void {
  const { names } = environment;
  const { instances, storage, resources, synchronousReplicas, backups } = database;
  if (synchronousReplicas !== undefined && synchronousReplicas >= instances)
    throw new Error(
      `${scope.node.path}/postgres: ${synchronousReplicas} replicas must confirm a commit, but ${instances} instances have ${instances - 1}`,
    );
  const pooled = database.pooler && database.pooler.instances * database.pooler.connections;
  const parameters = parametersOf(`${scope.node.path}/postgres`, environment, { storage, resources, pooled });
  const metadata = { name: names.postgres, labels: { ...componentLabels(environment, 'postgres') } };
  addCustomResource(
    scope,
    new Cluster({
      metadata,
      spec: {
        instances,
        imageName: thirdPartyImages.cloudNativePgPostgres,
        // A new version or parameter takes the replicas first, then the primary hands over.
        primaryUpdateStrategy: 'unsupervised',
        primaryUpdateMethod: 'switchover',
        enableSuperuserAccess: false,
        ...bootstrapOf(`${scope.node.path}/postgres`, environment, database),
        postgresql: {
          parameters: { ...parameters },
          ...(synchronousReplicas !== undefined && {
            // Commits go on while too few replicas are available.
            synchronous: { method: 'any' as const, number: synchronousReplicas, dataDurability: 'preferred' as const },
          }),
        },
        storage: { size: storage },
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
    }),
  );
  if (backups) {
    addObjectStore(scope, environment, backups);
    addCustomResource(
      scope,
      new ScheduledBackup({
        metadata,
        spec: {
          cluster: { name: names.postgres },
          schedule: backups.schedule,
          immediate: true,
          backupOwnerReference: 'cluster',
          method: 'plugin',
          pluginConfiguration: { name: backupPlugin },
        },
      }),
    );
  }
  if (database.pooler) addPooler(scope, environment, database.pooler);
  if (environment.monitoring.kind === 'operator') addPodMonitor(scope, environment, 'postgres');
}
