import { describe, expect, test } from '@jest/globals';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production as real } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { neededSecrets, requiredSecrets } from './required-secrets.ts';

/** With a database that is somebody else's: its URL is given. */
const production: Environment = { ...real, database: { kind: 'external', networks: ['10.0.0.0/8'] } };
const namesOf = (environment: Environment) => requiredSecrets(environment).map(({ name }) => name);
const secretsChart = (environment: Environment) =>
  synthesizeEnvironment(environment)
    .filter(({ chart }) => chart === 'secrets')
    .flatMap(({ objects }) => objects);

describe('the secrets that an environment needs', () => {
  test('are those that the contract requires of the roles that run there, and those of its own stores', () => {
    expect(namesOf(local)).toEqual(['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY', 'POSTGRES_PASSWORD']);
    const external: Environment['database'] = { kind: 'external', networks: ['10.0.0.0/8'] };
    expect(namesOf({ ...production, database: external, secrets: { kind: 'by-hand' } })).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'SECRET_KEY',
    ]);
  });

  test('leave out what the operator of the database makes, and name what its backups need', () => {
    const backups = ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'];
    expect(namesOf({ ...real, secrets: { kind: 'by-hand' } })).toEqual(['REDIS_URL', 'SECRET_KEY', ...backups]);
  });

  test('name the components that read them', () => {
    const { worker: _, ...workloads } = production.workloads;
    const readers = neededSecrets({ ...production, workloads }).find(({ name }) => name === 'REDIS_URL')?.readers;
    expect(readers).toEqual(['api', 'graphql']);
  });
});

describe('the secrets chart', () => {
  test('is absent where the Secret is made by hand', () => expect(secretsChart(local)).toEqual([]));

  test('asks the store for every required secret and each optional one that the environment names', () => {
    const [external, ...more] = secretsChart(production);
    const data = namesOf(production).map((name) => ({
      secretKey: name,
      remoteRef: { key: 'instagram-captions/production', property: name },
    }));
    expect(more).toEqual([]);
    expect(external).toMatchObject({ kind: 'ExternalSecret', metadata: { name: production.names.secrets }, spec: { data } });
    expect(data.map(({ secretKey }) => secretKey)).toEqual(expect.arrayContaining(['SECRET_KEY', 'OPENAI_API_KEY']));
  });

  test('refuses a secret that nobody reads, and one that is not in the contract does not compile', () => {
    const holding: Environment['secrets'] = { kind: 'external-secrets', path: 'p', refresh: '1h', store: 's', also: [] };
    const also: Environment['secrets'] = { ...holding, also: ['POSTGRES_PASSWORD'] };
    expect(() => synthesizeEnvironment({ ...production, secrets: also })).toThrow(
      /hold POSTGRES_PASSWORD, but nothing that runs there reads it/,
    );
    // @ts-expect-error the contract has no such secret
    const unknown: Environment['secrets'] = { ...holding, also: ['SECRETKEY'] };
    expect(() => synthesizeEnvironment({ ...production, secrets: unknown })).toThrow(/hold SECRETKEY, but nothing/);
  });
});
