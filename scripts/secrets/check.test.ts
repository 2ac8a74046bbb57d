import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { product } from '../../contract/product.ts';
import { neededSecrets } from '../../manifests/constructs/required-secrets.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';
import { production as real } from '../../manifests/environments/production.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { checkSecrets, readSecret } from './check.ts';

/** With an external database, whose URL is a secret. */
const production: Environment = { ...real, database: { kind: 'external', networks: ['10.0.0.0/8'] } };
const valid = {
  DATABASE_URL: `postgresql://captions:pw@${product.name}-postgres:5432/captions`,
  REDIS_URL: `redis://${product.name}-redis:6379/0`,
  SECRET_KEY: 'k'.repeat(32),
  POSTGRES_PASSWORD: 'pw',
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secretOf = (values: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: local.names.secrets, namespace: local.namespace },
  data: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, base64(value)])),
});
const found = (values: Readonly<Record<string, string>>, environment: Environment = local) =>
  checkSecrets(environment, secretOf(values)).findings.map(({ name, problem, detail }) => `${name} ${problem} ${detail}`.trim());

describe('a Secret', () => {
  test('has no finding when all required values are valid', () => {
    expect(checkSecrets(local, secretOf(valid))).toEqual({ needed: 4, findings: [], unread: [] });
  });

  test.each([
    ['a missing key', { REDIS_URL: undefined }, 'REDIS_URL missing'],
    ['an empty value', { SECRET_KEY: '' }, 'SECRET_KEY empty'],
    ['white space for a value', { POSTGRES_PASSWORD: ' \n' }, 'POSTGRES_PASSWORD empty'],
    ['a value that is too short', { SECRET_KEY: 'k'.repeat(31) }, 'SECRET_KEY malformed needs at least 32 characters'],
    ['a wrong scheme', { DATABASE_URL: 'mysql://h/d' }, 'DATABASE_URL malformed must be a URL starting with postgres: or postgresql:'],
    [
      'a trailing line break',
      { POSTGRES_PASSWORD: 'pw\n' },
      'POSTGRES_PASSWORD malformed has white space at the start or the end, such as a line break',
    ],
    ['an invalid optional value', { VALID_API_KEYS: 'short' }, 'VALID_API_KEYS malformed a key needs at least 16 characters'],
  ])('with %s has that finding', (_what, change, finding) => {
    const values = Object.entries({ ...valid, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    expect(found(Object.fromEntries(values))).toEqual([finding]);
  });

  test('has a finding for itself and for every required key when it does not exist', () => {
    const { findings } = checkSecrets(local, undefined);
    expect(findings.map(({ name }) => name)).toEqual([local.names.secrets, ...Object.keys(valid)]);
    expect(findings[0]?.remedy).toBe(`kubectl -n ${product.name} create secret generic ${product.name}-secrets`);
  });

  test('requires the secrets of the external store too', () => {
    expect(found(valid, production)).toEqual(['VALID_API_KEYS missing', 'OPENAI_API_KEY missing']);
    const [first] = checkSecrets(production, secretOf(valid)).findings;
    expect(first?.remedy).toMatch(
      /^set the property VALID_API_KEYS of \S+\/production in the store of ClusterSecretStore secret-store, then: kubectl/,
    );
  });

  test.each([
    ['in the cluster', 'http://vllm.models.svc:8000/v1', 'is inside the cluster'],
    ['at a private address', 'https://10.20.0.5/v1', 'is at a private address'],
    ['on another port', 'https://llm.example:8443/v1', 'is on port 8443, not 443'],
  ])('reports a text model %s that the network policies cut off, unless the environment declares it', (_where, url, reason) => {
    const models = JSON.stringify([
      { provider: 'openai', id: 'public', api_key: 'KEY' },
      { provider: 'openai', id: 'own', base_url: url },
    ]);
    const { hostname: host, port } = new URL(url);
    const values = { ...valid, TEXT_MODELS: models };
    expect(found(values)).toEqual([`TEXT_MODELS unreachable [1.base_url] ${reason}, which the network policies deny`]);
    const endpoint = { kind: 'networks', host, port: Number(port) || 443, networks: ['10.20.0.0/16'] } as const;
    expect(found(values, { ...local, models: [endpoint] })).toEqual([]);
  });

  test('reports a key that nothing reads', () => {
    expect(checkSecrets(local, secretOf({ ...valid, SECRETKEY: 'x' })).unread).toEqual(['SECRETKEY']);
  });

  test('never appears in the report, not even in part', () => {
    const mark = fc.stringMatching(/^[a-z]{4}\d{8}$/);
    const shapes: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => `postgresql://u:${text}@${text}/d`,
      (text) => `${text}://h`,
      (text) => ` ${text}\n`,
      (text) => `[{"provider":"${text}","id":"${text}","api_key":"${text}","${text}":1}]`,
      (text) => `[{"provider":"openai","id":"a","api_key":"${text}","base_url":"http://u:${text}@${text}/v1"}]`,
      (text) => `{"${text}": [`,
      (text) => `${text},${text.repeat(3)}`,
    ];
    const names = neededSecrets(local).map(({ name }) => name);
    fc.assert(
      fc.property(mark, fc.array(fc.nat(shapes.length - 1), { minLength: names.length, maxLength: names.length }), (text, chosen) => {
        const values = names.map((name, index) => [name, shapes[chosen[index] ?? 0]?.(text) ?? '']);
        const report = JSON.stringify(checkSecrets(local, secretOf(Object.fromEntries(values))));
        expect(report).not.toContain(text);
        expect(report).not.toContain(base64(text).slice(0, 12));
      }),
    );
  });
});

describe('readSecret', () => {
  const unreachable = () => Promise.reject(new Error('not here'));

  test('returns the Secret, or undefined if it does not exist', async () => {
    const { transport, objects } = createFakeApi();
    objects.set(`/api/v1/namespaces/${local.namespace}/secrets/${local.names.secrets}`, secretOf(valid));
    expect(checkSecrets(local, await readSecret(createCluster(transport, unreachable), local)).findings).toEqual([]);
    objects.clear();
    expect(await readSecret(createCluster(transport, unreachable), local)).toBeUndefined();
  });

  test('throws with the minimal role when the account may not read it', async () => {
    const { transport } = createFakeApi();
    const forbidden = createCluster(async (call) => {
      if (!call.path.includes('/secrets/')) return transport(call);
      return { status: 403, text: JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: 'may not' }) };
    }, unreachable);
    await expect(readSecret(forbidden, local)).rejects.toMatchObject({
      exitCode: exitCodes.rejected,
      remedy: expect.stringContaining(`--resource-name=${product.name}-secrets`),
    });
  });
});
