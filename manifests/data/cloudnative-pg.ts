import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { ScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import type { Construct } from 'constructs';
import { labels } from '../constructs/labels.ts';
import { modelObject } from '../constructs/model-object.ts';
import { instancesOf } from '../constructs/places.ts';
import { priorityOf } from '../constructs/priorities.ts';
import type { Environment, OperatedDatabase } from '../environments/environment.ts';
import { images } from '../images.ts';
import { archiveOf, backupPlugin, bootstrapOf } from './bootstrap.ts';
import { parametersOf } from './connection-budget.ts';
import { objectStore } from './object-store.ts';
import { podMonitor } from './pod-monitor.ts';
import { pooler } from './pooler.ts';
import { preloaded, timescaleParameters } from './timescale.ts';

/**
 * PostgreSQL kept by the operator: primary and replicas over zones, tuned to their limits, saved continuously (guide rows DB-01,
 * DB-02, DB-09, DB-10, DB-14). It makes its users and passwords itself.
 * @throws when more replicas must confirm than there are, or an archive would be written over, naming both
 */
export function operatedPostgres(scope: Construct, environment: Environment, database: OperatedDatabase): void {
  const { names } = environment;
  const { instances, storage, resources, synchronous, backups, timescale } = database;
  if (synchronous && synchronous.replicas >= instances)
    throw new Error(
      `${scope.node.path}/postgres: ${synchronous.replicas} replicas must confirm a commit, but ${instances} instances have ${instances - 1}`,
    );
  const pooled = database.pooler && database.pooler.instances * database.pooler.connections;
  const parameters = parametersOf(`${scope.node.path}/postgres`, environment, { storage, resources, pooled });
  const metadata = { name: names.postgres, labels: { ...labels(environment, 'postgres') } };
  modelObject(
    scope,
    new Cluster({
      metadata,
      spec: {
        instances,
        imageName: timescale?.image ?? images.operatedPostgres,
        // A new version or parameter takes the replicas first, then the primary hands over.
        primaryUpdateStrategy: 'unsupervised',
        primaryUpdateMethod: 'switchover',
        enableSuperuserAccess: false,
        ...bootstrapOf(`${scope.node.path}/postgres`, environment, database),
        postgresql: {
          parameters: { ...parameters, ...timescaleParameters(timescale) },
          ...(timescale && { shared_preload_libraries: [preloaded] }),
          ...(synchronous && {
            synchronous: { method: 'any' as const, number: synchronous.replicas, dataDurability: synchronous.durability },
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
            labelSelector: { ...instancesOf(environment) },
          },
        ],
        ...priorityOf(environment, 'postgres'),
        ...(backups && { plugins: [{ name: backupPlugin, isWALArchiver: true, parameters: archiveOf(environment, backups.archive) }] }),
      },
    }),
  );
  if (backups) {
    objectStore(scope, environment, backups);
    modelObject(
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
  if (database.pooler) pooler(scope, environment, database.pooler);
  if (environment.monitoring?.kind === 'operator') podMonitor(scope, environment, 'postgres');
}
