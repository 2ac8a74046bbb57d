import { workloadRoles } from '../../contract/roles.ts';
import { settings } from '../../contract/settings.ts';
import { maxCanaryReplicas } from '../constructs/progressive-delivery.ts';
import { quantityValue } from '../constructs/quantity.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { maxConnections, type Parameters, tune } from './postgres-tuning.ts';

/** Connections kept for people, dumps, metrics and the operator; three of them for superusers. */
const reserve = 10;

/** Pods that open DATABASE_POOL_SIZE connections each at full scale; a rolling update adds one to each workload, a canary its own. */
const pods = (environment: Environment) =>
  workloadRoles.reduce(
    (sum, role) => sum + (environment.workloads[role] ? environment.workloads[role].scaling.max + 1 : 0),
    maxCanaryReplicas(environment),
  );

/** What one process opens, as the environment or else the contract's default has it. */
const poolSize = ({ config }: Environment) => settings.DATABASE_POOL_SIZE.schema.parse(config.DATABASE_POOL_SIZE);

/** Clients of a pooler, for which one more costs nothing: pods that drain at full scale have theirs yet. */
export const pooledClients = (environment: Environment) => 2 * workloadConnections(environment);

/** Most connections that the workloads open together. */
const workloadConnections = (environment: Environment) => poolSize(environment) * pods(environment);
/** Those of the migration, which has one besides its pool. */
const migrationConnections = (environment: Environment) => poolSize(environment) + 1;

interface Size {
  readonly resources: Resources;
  readonly storage: string;
  /** Connections of the poolers, which then hold those of the workloads. */
  readonly pooled?: number | undefined;
}

/**
 * PostgreSQL's parameters in an environment, from what its pod may use and what the workloads open.
 * @throws when the connections do not fit into the memory; names both sides and `path`
 */
export function parametersOf(path: string, environment: Environment, { resources, storage, pooled }: Size): Parameters {
  const { memory, cpu } = resources.limits;
  const connections = (pooled ?? workloadConnections(environment)) + migrationConnections(environment) + reserve;
  const most = maxConnections(quantityValue(memory));
  if (connections > most) {
    const asked =
      pooled === undefined
        ? `DATABASE_POOL_SIZE ${poolSize(environment)} in ${pods(environment)} pods at full scale`
        : `${pooled} of the poolers`;
    throw new Error(
      `${path}: ${environment.name} opens up to ${connections} connections (${asked}, the migration, ${reserve} in reserve), ` +
        `but PostgreSQL with a memory limit of ${memory} holds ${most}: fewer connections, more memory, or a pooler`,
    );
  }
  return tune({ memory: quantityValue(memory), cores: quantityValue(cpu), volume: quantityValue(storage), connections });
}
