import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { settings } from '../../contract/settings.ts';
import { reads } from '../constructs/container-variables.ts';
import { maxCanaryReplicas } from '../constructs/progressive-delivery.ts';
import { quantityValue } from '../constructs/quantity.ts';
import { type Environment, hasReplica, type Resources } from '../environments/environment.ts';
import { maxConnections, type Parameters, tune } from './postgres-tuning.ts';

/** Connections reserved for people, dumps, metrics and the operator; three of them for superusers. */
const reserve = 10;

/** Pods at maximum scale, each with DATABASE_POOL_SIZE connections: one more per workload for rolling updates, plus canary pods. */
const pods = (environment: Environment, roles: readonly WorkloadRole[] = workloadRoles) =>
  roles.reduce(
    (sum, role) => sum + (environment.workloads[role] ? environment.workloads[role].scaling.max + 1 : 0),
    maxCanaryReplicas(environment),
  );

/** Connections of the pods that read a replica; every instance has the parameters of the primary. */
const replicaConnections = (environment: Environment) =>
  hasReplica(environment)
    ? poolSize(environment) *
      pods(
        environment,
        workloadRoles.filter((role) => reads('DATABASE_REPLICA_URL', role)),
      )
    : 0;

/** Connections of one pod: each of its processes has a pool. */
const poolSize = ({ config }: Environment) =>
  settings.DATABASE_POOL_SIZE.schema.parse(config.DATABASE_POOL_SIZE) * settings.WORKERS.schema.parse(config.WORKERS);

/** Client connections of a pooler, which are cheap: twice the maximum, because draining pods keep their connections open. */
export const pooledClients = (environment: Environment) => 2 * workloadConnections(environment);

/** Maximum number of connections of all workloads. */
const workloadConnections = (environment: Environment) => poolSize(environment) * pods(environment);
/** The migration opens one connection in addition to its pool. */
const migrationConnections = (environment: Environment) => poolSize(environment) + 1;

interface Size {
  readonly resources: Resources;
  readonly storage: string;
  /** Connections of the poolers to PostgreSQL, if workloads connect through them. */
  readonly pooled?: number | undefined;
}

/**
 * PostgreSQL's parameters in an environment, from the limits of its pod and the connections of the workloads.
 * @throws with `path` and both numbers if the connections do not fit into the memory
 */
export function parametersOf(path: string, environment: Environment, { resources, storage, pooled }: Size): Parameters {
  const { memory, cpu } = resources.limits;
  const primaryConnections = (pooled ?? workloadConnections(environment)) + migrationConnections(environment);
  const connections = Math.max(primaryConnections, replicaConnections(environment)) + reserve;
  const max = maxConnections(quantityValue(memory));
  if (connections > max) {
    const source =
      pooled === undefined
        ? `DATABASE_POOL_SIZE ${poolSize(environment)} in ${pods(environment)} pods at maximum scale`
        : `${pooled} of the poolers`;
    throw new Error(
      `${path}: ${environment.name} opens up to ${connections} connections (${source}, the migration, ${reserve} reserved), ` +
        `but PostgreSQL with a memory limit of ${memory} accepts ${max}: reduce connections, add memory, or use a pooler`,
    );
  }
  return tune({ memory: quantityValue(memory), cores: quantityValue(cpu), volume: quantityValue(storage), connections });
}
