import { describe, expect, test } from '@jest/globals';
import { type Connection, connections } from '../components/connections.ts';
import { clusterEnvironments } from '../environments/cluster-examples.ts';
import { deployments } from '../environments/index.ts';
import { production } from '../environments/production.ts';
import { validateConnections } from './connection-declarations.ts';

const all = [...Object.values(deployments), ...clusterEnvironments];
const declared: readonly Connection[] = connections;

describe('The declared connections', () => {
  test('are used, configured by a setting that is read, and resolvable', () => expect(validateConnections(all)).toEqual([]));

  test('are rejected if no environment runs both components', () => {
    expect(validateConnections([production], [{ from: 'fluent-bit', to: 'elasticsearch', port: 'elasticsearch' }])).toEqual([
      'the connection fluent-bit → elasticsearch (elasticsearch) is used by no environment: fluent-bit and elasticsearch run together in none of production',
    ]);
  });

  test('are rejected if the source does not read the setting', () => {
    const wrong: Connection = { from: 'migrate', to: 'redis', port: 'redis', setting: 'REDIS_URL' };
    expect(validateConnections(all, [...declared, wrong])).toEqual([
      'the connection migrate → redis (redis) is configured by REDIS_URL, which migrate does not read (all, api, graphql, worker, scraper, analytics)',
    ]);
  });

  test('are rejected if a name cannot be resolved', () => {
    const mistakes = validateConnections(
      all,
      declared.filter(({ from, to }) => from !== 'worker' || to !== 'dns'),
    );
    expect(mistakes).toContain(
      'the connection worker → postgres (postgres) resolves the name in DATABASE_URL, but no connection worker → dns is declared',
    );
  });

  test('are rejected if declared twice', () => {
    expect(validateConnections(all, [...declared, { from: 'edge', to: 'api', port: 'http' }])).toEqual([
      'the connection edge → api (http) is declared 2 times',
    ]);
  });
});
