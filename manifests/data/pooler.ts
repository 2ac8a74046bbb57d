import { Pooler } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Pooler';
import type { Construct } from 'constructs';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { imagePullSecretsOf } from '../constructs/image-pull-secrets.ts';
import { componentLabels } from '../constructs/labels.ts';
import { poolerSelector } from '../constructs/locations.ts';
import { priorityClassOf } from '../constructs/priority-classes.ts';
import { addDisruptionBudget } from '../constructs/scaling.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';
import { pooledClients } from './connection-budget.ts';
import { addPodMonitor } from './pod-monitor.ts';

/**
 * PgBouncer's parameters for transaction pooling, which works because the service uses no session locks or named prepared statements.
 * `statement_timeout` is a session parameter and is ignored; instead the client closes the connection, and PostgreSQL then cancels the
 * statement (`client_connection_check_interval`).
 */
export const poolerParameters = (clients: number, connections: number) => ({
  max_client_conn: String(clients),
  default_pool_size: String(connections),
  ignore_startup_parameters: 'statement_timeout',
});

/** PgBouncer in front of the primary. Each of its pods accepts the connections of all clients. */
export function addPooler(
  scope: Construct,
  environment: Environment,
  { instances, connections, resources }: NonNullable<CloudNativePgDatabase['pooler']>,
): void {
  const { names } = environment;
  const spread = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { ...poolerSelector(environment) },
  }));
  addCustomResource(
    scope,
    new Pooler({
      metadata: { name: names.pooler, labels: { ...componentLabels(environment, 'pooler') } },
      spec: {
        cluster: { name: names.postgres },
        type: 'rw',
        instances,
        pgbouncer: { poolMode: 'transaction', parameters: poolerParameters(pooledClients(environment), connections) },
        template: {
          metadata: {},
          spec: {
            // The operator completes the container with this name.
            containers: [
              {
                name: 'pgbouncer',
                image: thirdPartyImages.pgbouncer,
                resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
              },
            ],
            topologySpreadConstraints: spread,
            ...imagePullSecretsOf(environment),
            ...priorityClassOf(environment, 'pooler'),
          },
        },
      },
    }),
  );
  addDisruptionBudget(scope, environment, 'pooler');
  if (environment.monitoring.kind === 'operator') addPodMonitor(scope, environment, 'pooler');
}
