import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addExportsVolume } from '../constructs/exports-volume.ts';
import { addCloudNativePg } from '../data/cloudnative-pg.ts';
import { addDatabaseDump } from '../data/database-dump.ts';
import { addRedis } from '../data/redis.ts';
import { addStatefulPostgres } from '../data/stateful-postgres.ts';
import type { Environment } from '../environments/environment.ts';

/** PostgreSQL, Redis and the volume of exported files, if the environment deploys them. */
export class DataChart extends Chart {
  /** @param image of the service, whose program makes the backups */
  constructor(scope: Construct, environment: Environment, image: string) {
    super(scope, 'data', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { database, cache } = environment;
    if (database.kind === 'stateful-set') {
      addStatefulPostgres(this, environment, database);
      if (database.backups) addDatabaseDump(this, environment, database.backups, image);
    }
    if (database.kind === 'cloudnative-pg') addCloudNativePg(this, environment, database);
    if (cache.kind === 'in-cluster') addRedis(this, environment, cache);
    addExportsVolume(this, environment);
  }
}

export const deploysStores = ({ database, cache, exports }: Environment) =>
  database.kind !== 'external' || cache.kind !== 'external' || exports !== undefined;
