import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production as real } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { neededSecrets, requiredSecrets } from './required-secrets.ts';

/** With an external database, whose URL is a required secret. */
const production: Environment = { ...real, database: { kind: 'external', networks: ['10.0.0.0/8'] } };
const namesOf = (environment: Environment) => requiredSecrets(environment).map(({ name }) => name);
const secretsChart = (environment: Environment) =>
  synthesizeEnvironment(environment)
    .filter(({ chart }) => chart === 'secrets')
    .flatMap(({ objects }) => objects);

describe('the secrets that an environment needs', () => {
  test('are those that its roles require, and those of its own stores', () => {
    expect(namesOf(local)).toEqual(['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY', 'POSTGRES_PASSWORD']);
    const external: Environment['database'] = { kind: 'external', networks: ['10.0.0.0/8'] };
    expect(namesOf({ ...production, database: external, secrets: { kind: 'by-hand' } })).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'SECRET_KEY',
    ]);
  });

  test('exclude what CloudNativePG creates, and include credentials for its backups', () => {
    const backups = ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'];
    expect(namesOf({ ...real, secrets: { kind: 'by-hand' } })).toEqual(['REDIS_URL', 'SECRET_KEY', ...backups]);
  });

  test('list the components that read them', () => {
    const { worker: _, ...workloads } = production.workloads;
    const readers = neededSecrets({ ...production, workloads }).find(({ name }) => name === 'REDIS_URL')?.readers;
    expect(readers).toEqual(['api', 'graphql']);
  });
});

describe('SENTRY_DSN', () => {
  const names = (environment: Environment) => neededSecrets(environment).map(({ name }) => name);
  const serviceChart = (environment: Environment) =>
    JSON.stringify(synthesizeEnvironment(environment).filter(({ chart }) => chart === 'service'));

  test('is read, and its addresses are open, only if the environment declares errorReports', () => {
    const declared: Environment = { ...production, errorReports: { networks: ['192.0.2.7/32'] } };
    expect([names(production), names(declared)].map((each) => each.includes('SENTRY_DSN'))).toEqual([false, true]);
    for (const text of ['SENTRY_DSN', '192.0.2.7/32'])
      expect([serviceChart(production), serviceChart(declared)].map((chart) => chart.includes(text))).toEqual([false, true]);
  });

  test('in a secret store is rejected unless the environment declares errorReports', () => {
    const secrets: Environment['secrets'] = { kind: 'external-secrets', path: 'p', refresh: '1h', store: 's', also: ['SENTRY_DSN'] };
    expect(() => synthesizeEnvironment({ ...production, secrets })).toThrow(
      /hold SENTRY_DSN, but no component of the environment reads it/,
    );
    expect(() => synthesizeEnvironment({ ...production, secrets, errorReports: {} })).not.toThrow();
  });
});

describe('the secrets chart', () => {
  test('is absent if the Secret is created by hand', () => expect(secretsChart(local)).toEqual([]));

  test('requests every required secret and the listed optional ones from the store', () => {
    const [external, ...more] = secretsChart(production);
    const data = namesOf(production).map((name) => ({
      secretKey: name,
      remoteRef: { key: `${product.name}/production`, property: name },
    }));
    expect(more).toEqual([]);
    expect(external).toMatchObject({ kind: 'ExternalSecret', metadata: { name: production.names.secrets }, spec: { data } });
    expect(data.map(({ secretKey }) => secretKey)).toEqual(expect.arrayContaining(['SECRET_KEY', 'OPENAI_API_KEY']));
  });

  test('rejects a secret that no component reads, and an unknown one does not compile', () => {
    const holding: Environment['secrets'] = { kind: 'external-secrets', path: 'p', refresh: '1h', store: 's', also: [] };
    const also: Environment['secrets'] = { ...holding, also: ['POSTGRES_PASSWORD'] };
    expect(() => synthesizeEnvironment({ ...production, secrets: also })).toThrow(
      /hold POSTGRES_PASSWORD, but no component of the environment reads it/,
    );
    // @ts-expect-error the contract has no such secret
    const unknown: Environment['secrets'] = { ...holding, also: ['SECRETKEY'] };
    expect(() => synthesizeEnvironment({ ...production, secrets: unknown })).toThrow(/hold SECRETKEY, but no component/);
  });
});
