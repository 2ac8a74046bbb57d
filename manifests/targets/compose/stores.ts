import { thirdPartyImages } from '../../components/third-party-images.ts';
import { localDatabase } from '../../constructs/local-database.ts';
import { parametersOf } from '../../data/connection-budget.ts';
import { postgresqlConf } from '../../data/postgres-tuning.ts';
import { redisUser } from '../../data/redis.ts';
import { redisConf, validateMaxMemory } from '../../data/redis-conf.ts';
import { dataFolder, initArguments, passwordKey, postgresGrace, postgresUser, readinessCommand } from '../../data/stateful-postgres.ts';
import type { ComposeDeployment } from './deployment.ts';
import { networksOf } from './networks.ts';
import { seconds } from './quantities.ts';
import { secretPath } from './secrets.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The volume of the database. */
export const databaseVolume = 'postgres_data';

/** One PostgreSQL without published ports, tuned to its limits. */
export function postgresService({ file, environment, stores: { postgres } }: ComposeDeployment): ServiceSpec {
  const parameters = parametersOf(`${file}/postgres`, environment, postgres);
  const target = '/etc/postgresql/postgresql.conf';
  return {
    image: thirdPartyImages.postgres,
    user: postgresUser,
    command: ['postgres', '-c', `config_file=${target}`],
    configs: {
      [`compose/${environment.name}/postgresql.conf`]: { text: postgresqlConf({ listen_addresses: '*', ...parameters }), target },
    },
    environment: {
      POSTGRES_DB: localDatabase.database,
      POSTGRES_USER: localDatabase.user,
      POSTGRES_INITDB_ARGS: initArguments,
      POSTGRES_PASSWORD_FILE: secretPath(passwordKey),
    },
    secrets: [passwordKey],
    mounts: [{ type: 'volume', source: databaseVolume, target: dataFolder }],
    tmpfs: [
      { path: '/tmp', mebibytes: 64 },
      { path: '/var/run/postgresql', mebibytes: 1 },
    ],
    networks: networksOf('postgres', environment),
    healthcheck: {
      test: ['CMD', ...readinessCommand],
      interval: seconds(10),
      timeout: seconds(5),
      retries: 5,
      start_period: seconds(120),
      start_interval: seconds(1),
    },
    stopGraceSeconds: postgresGrace,
    resources: postgres.resources,
    // A process for each connection, and the server's own.
    maxProcesses: Number(parameters.max_connections) + 50,
    replicas: 'one',
  };
}

/**
 * One Redis without persistence and published ports.
 * @throws if `maxmemory` does not fit into the container's limit; names both
 */
export function redisService({ file, environment, stores: { redis } }: ComposeDeployment): ServiceSpec {
  const { memory, resources } = redis;
  const target = '/etc/redis/redis.conf';
  validateMaxMemory(`${file}/redis`, memory, resources.limits.memory);
  return {
    image: thirdPartyImages.redis,
    user: redisUser,
    command: ['redis-server', target],
    configs: { [`compose/${environment.name}/redis.conf`]: { text: redisConf(memory), target } },
    tmpfs: [{ path: '/data', mebibytes: 1 }],
    networks: networksOf('redis', environment),
    healthcheck: {
      test: ['CMD', 'redis-cli', 'ping'],
      interval: seconds(10),
      timeout: seconds(3),
      retries: 3,
      start_period: seconds(30),
      start_interval: seconds(1),
    },
    stopGraceSeconds: 10,
    resources,
    maxProcesses: 32,
    replicas: 'one',
  };
}
