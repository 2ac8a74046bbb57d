import { expect, test } from '@jest/globals';
import { exitCodes } from '../../cli/exit-codes.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { assertServerVersion } from './server-version.ts';

const serverWith = (status: number, body: unknown) =>
  createCluster(
    async ({ path }) => (path === '/version' ? { status, text: JSON.stringify(body) } : { status: 404, text: '{}' }),
    () => Promise.reject(new Error('no port-forward here')),
  );

test.each([
  ['1', '30'],
  ['1', '30+'],
  ['1', '36'],
  ['2', '0'],
])('accepts Kubernetes %s.%s', async (major, minor) => {
  await expect(assertServerVersion(serverWith(200, { major, minor }))).resolves.toBeUndefined();
});

test.each([
  ['1', '29', '1.29'],
  ['1', '9+', '1.9'],
  ['0', '99', '0.99'],
])('rejects Kubernetes %s.%s with one line', async (major, minor, version) => {
  await expect(assertServerVersion(serverWith(200, { major, minor }))).rejects.toMatchObject({
    exitCode: exitCodes.rejected,
    message: `the API server is Kubernetes ${version}, but 1.30 or later is required`,
  });
});

test.each([403, 404])('accepts an API server that hides its version with %i', async (code) => {
  await expect(assertServerVersion(serverWith(code, { kind: 'Status', code, message: 'hidden' }))).resolves.toBeUndefined();
});

test('fails if the API server cannot answer', async () => {
  await expect(assertServerVersion(serverWith(401, { kind: 'Status', code: 401, message: 'who?' }))).rejects.toThrow();
});
