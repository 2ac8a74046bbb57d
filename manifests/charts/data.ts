import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { operatedPostgres } from '../data/cloudnative-pg.ts';
import { dump } from '../data/dump.ts';
import { redis } from '../data/redis.ts';
import { statefulPostgres } from '../data/stateful-postgres.ts';
import type { Environment } from '../environments/environment.ts';

/** The stores that an environment brings along. */
export class DataChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'data', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { database, cache } = environment;
    if (database.kind === 'stateful-set') {
      statefulPostgres(this, environment, database);
      if (database.backups) dump(this, environment, database.backups, database.timescale?.image);
    }
    if (database.kind === 'cloudnative-pg') operatedPostgres(this, environment, database);
    if (cache.kind === 'in-cluster') redis(this, environment, cache);
  }
}

/** Whether an environment has stores of its own. */
export const hasStores = ({ database, cache }: Environment) => database.kind !== 'external' || cache.kind !== 'external';
