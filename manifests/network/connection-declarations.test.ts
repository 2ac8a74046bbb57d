import { describe, expect, test } from '@jest/globals';
import { type Connection, connections } from '../components/connections.ts';
import { deployments } from '../environments/index.ts';
import { production } from '../environments/production.ts';
import { validateConnections } from './connection-declarations.ts';

const all = Object.values(deployments);
const declared: readonly Connection[] = connections;

describe('The declared connections', () => {
  test('are each used somewhere, told by a setting that is read, and found by name', () => expect(validateConnections(all)).toEqual([]));

  test('are refused where no environment runs both ends', () => {
    expect(validateConnections([production], [{ from: 'fluent-bit', to: 'elasticsearch', port: 'elasticsearch' }])).toEqual([
      'the connection fluent-bit → elasticsearch (elasticsearch) is used by no environment: fluent-bit and elasticsearch run together in none of production',
    ]);
  });

  test('are refused with a setting that the source does not read', () => {
    const wrong: Connection = { from: 'migrate', to: 'redis', port: 'redis', setting: 'REDIS_URL' };
    expect(validateConnections(all, [...declared, wrong])).toEqual([
      'the connection migrate → redis (redis) is told by REDIS_URL, which the contract does not have migrate read (all, api, graphql, worker)',
    ]);
  });

  test('are refused where a name cannot be looked up', () => {
    const mistakes = validateConnections(
      all,
      declared.filter(({ from, to }) => from !== 'worker' || to !== 'dns'),
    );
    expect(mistakes).toContain(
      'the connection worker → postgres (postgres) goes by the name in DATABASE_URL, but the contract declares no connection worker → dns to look it up',
    );
  });

  test('are refused twice', () => {
    expect(validateConnections(all, [...declared, { from: 'edge', to: 'api', port: 'http' }])).toEqual([
      'the connection edge → api (http) is declared 2 times',
    ]);
  });
});
