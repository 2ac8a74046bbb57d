import { workloadRoles } from '../../../service/contract/roles.ts';
import { localDatabase } from '../../../service/contract/stores.ts';
import { configurationOf } from '../../constructs/settings-wiring.ts';
import type { Environment } from '../../environments/environment.ts';
import { images } from '../../images.ts';
import { seconds } from './amounts.ts';
import type { Deployment } from './deployment.ts';
import { networksOf } from './networks.ts';
import { secretPath } from './secrets.ts';
import type { Unit } from './unit.ts';

/** The volume that keeps the database (guide rows DB-16, DC-29). */
export const databaseVolume = 'postgres_data';

/** The users of the official images. */
const users = { postgres: 70, redis: 999 } as const;

/** The stores of a host with Docker; neither is published. */
export function storeUnits({ environment, stores }: Deployment): Readonly<Record<'postgres' | 'redis', Unit>> {
  const connections = mostConnections(environment);
  return {
    postgres: {
      image: images.postgres,
      user: users.postgres,
      command: ['postgres', '-c', `max_connections=${connections}`],
      environment: {
        POSTGRES_DB: localDatabase.database,
        POSTGRES_USER: localDatabase.user,
        POSTGRES_PASSWORD_FILE: secretPath('POSTGRES_PASSWORD'),
      },
      secrets: ['POSTGRES_PASSWORD'],
      // Where the image of PostgreSQL 18 keeps its data: a folder for each major version.
      mounts: [{ type: 'volume', source: databaseVolume, target: '/var/lib/postgresql' }],
      scratch: [
        { path: '/tmp', mebibytes: 64 },
        { path: '/var/run/postgresql', mebibytes: 1 },
        // Docker's own has 64 MiB, which one parallel query can fill.
        { path: '/dev/shm', mebibytes: 256 },
      ],
      networks: networksOf('postgres'),
      healthcheck: {
        // Over TCP: while the database is made, a server answers on the socket alone.
        test: ['CMD', 'pg_isready', '--host=127.0.0.1', `--username=${localDatabase.user}`],
        interval: seconds(10),
        timeout: seconds(5),
        retries: 5,
        start_period: seconds(120),
        start_interval: seconds(1),
      },
      // A checkpoint on a slow disk; killed before its end, the next start replays the log.
      grace: 120,
      resources: stores.postgres,
      // One a connection, and the server's own.
      processes: connections + 50,
      replicas: 'one',
    },
    redis: {
      image: images.redis,
      user: users.redis,
      command: [
        'redis-server',
        ...['--save', '', '--appendonly', 'no'],
        ...['--maxmemory', stores.redis.memory, '--maxmemory-policy', 'allkeys-lru', '--dir', '/data'],
      ],
      // It holds what may be lost, so nothing is kept of it.
      scratch: [{ path: '/data', mebibytes: 1 }],
      networks: networksOf('redis'),
      healthcheck: {
        test: ['CMD', 'redis-cli', 'ping'],
        interval: seconds(10),
        timeout: seconds(3),
        retries: 3,
        start_period: seconds(30),
        start_interval: seconds(1),
      },
      grace: 10,
      resources: stores.redis.resources,
      processes: 32,
      replicas: 'one',
    },
  };
}

/** What every process opens at the largest scale, and what is kept for the migration and for people. */
export function mostConnections(environment: Environment): number {
  const pools = workloadRoles.map(
    (role) => (environment.workloads[role]?.scaling.max ?? 0) * Number(configurationOf(environment, role).DATABASE_POOL_SIZE),
  );
  return pools.reduce((total, size) => total + size, 20);
}
