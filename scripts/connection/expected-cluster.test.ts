import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../cluster/create-cluster.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { assertExpectedCluster } from './expected-cluster.ts';

const api = createFakeApi();
api.objects.set('/api/v1/namespaces/kube-system', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-1' } });
const cluster = createCluster(api.transport, () => Promise.reject(new Error('no port-forward here')));
const server = { name: 'c', server: 'https://k8s.example.com:6443', skipTLSVerify: false };

/** A CA certificate from openssl; undefined if openssl is not installed. */
function authority(): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-ca-'));
  const [key, file] = [join(folder, 'ca.key'), join(folder, 'ca.crt')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const { status } = spawnSync('openssl', ['req', '-x509', ...ec, '-nodes', '-subj', '/CN=ca', '-keyout', key, '-out', file]);
  return status === 0 ? readFileSync(file) : undefined;
}
const pem = authority();
const withOpenssl = pem === undefined ? test.skip : test;

describe('The expected cluster of an environment', () => {
  test('accepts any cluster if none is declared', async () => {
    await expect(assertExpectedCluster('staging', undefined, server, cluster)).resolves.toBeUndefined();
  });

  test.each([
    [{ host: 'k8s.example.com:6443' }, { host: 'other.example.com' }, 'the API server is k8s.example.com:6443, expected other.example.com'],
    [{ uid: 'uid-1' }, { uid: 'uid-2' }, 'the UID of kube-system is uid-1, expected uid-2'],
  ])('accepts the cluster with %j and rejects another one with both identities', async (right, wrong, words) => {
    await expect(assertExpectedCluster('staging', right, server, cluster)).resolves.toBeUndefined();
    await expect(assertExpectedCluster('staging', wrong, server, cluster)).rejects.toMatchObject({
      exitCode: 7,
      message: `this is not the cluster of staging: ${words}`,
      remedy: expect.stringContaining('set KUBECONFIG to the cluster of staging'),
    });
  });

  test('compares the path too, because one host may serve several clusters', async () => {
    const rancher = { ...server, server: 'https://rancher.example.com/k8s/clusters/c-one/' };
    const expected = (path: string) => ({ host: `rancher.example.com/k8s/clusters/${path}` });
    await expect(assertExpectedCluster('staging', expected('c-one'), rancher, cluster)).resolves.toBeUndefined();
    await expect(assertExpectedCluster('staging', expected('c-two'), rancher, cluster)).rejects.toThrow(
      'the API server is rancher.example.com/k8s/clusters/c-one, expected rancher.example.com/k8s/clusters/c-two',
    );
  });

  withOpenssl('compares the fingerprint of the CA', async () => {
    const withAuthority = { ...server, caData: pem?.toString('base64') ?? '' };
    const caSha256 = new X509Certificate(pem ?? '').fingerprint256.replaceAll(':', '').toLowerCase();
    await expect(assertExpectedCluster('staging', { caSha256 }, withAuthority, cluster)).resolves.toBeUndefined();
    await expect(assertExpectedCluster('staging', { caSha256: '0'.repeat(64) }, withAuthority, cluster)).rejects.toThrow(
      'the CA fingerprint is',
    );
    await expect(assertExpectedCluster('staging', { caSha256 }, server, cluster)).rejects.toThrow('the CA fingerprint is unknown');
  });

  test('rejects a cluster whose identity may not be read', async () => {
    const denying = createCluster(
      async () => ({ status: 403, text: JSON.stringify({ code: 403, message: 'may not' }) }),
      () => Promise.reject(new Error('no port-forward here')),
    );
    await expect(assertExpectedCluster('staging', { uid: 'uid-1' }, server, denying)).rejects.toThrow(
      'the UID of kube-system is unknown, expected uid-1',
    );
  });
});
