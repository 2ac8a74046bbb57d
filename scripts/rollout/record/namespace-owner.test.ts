import { describe, expect, test } from '@jest/globals';
import { product } from '../../../contract/product.ts';
import { synthesize } from '../../../manifests/synth.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import type { Transport } from '../../cluster/transport.ts';
import { acquireDeployLock } from './deploy-lock.ts';
import { assertNamespaceOwner } from './namespace-owner.ts';
import { encodeRecord } from './release-history.ts';
import { testOwner } from './testing/owner.ts';
import { releaseOf } from './testing/release.ts';

const namespace = 'captions';
const staging = { ...testOwner, environment: 'staging' };
const other = { ...testOwner, product: 'other-product' };

/** A namespace with these objects, which the fake API server selects by labels. */
function clusterWith(...objects: readonly KubeObject[]) {
  const fake = createFakeApi();
  const requests: string[] = [];
  const transport: Transport = async (call) => {
    requests.push(call.path);
    const kind = { configmaps: 'ConfigMap', pods: 'Pod' }[call.path.split('/').at(-1) ?? ''];
    if (call.method === 'GET' && kind !== undefined) {
      const terms = call.query?.labelSelector?.split(',') ?? [];
      const fits = ({ labels = {} }: KubeObject['metadata']) =>
        terms.every((term) => {
          const [, name = '', sign, value] = /^([^!=]+)(!?=)?(.*)$/.exec(term) ?? [];
          return sign === undefined ? name in labels : (labels[name] === value) === (sign === '=');
        });
      return { status: 200, text: JSON.stringify({ items: objects.filter((object) => object.kind === kind && fits(object.metadata)) }) };
    }
    if (call.path === '/api/v1') {
      const resources = ['pods/Pod', 'configmaps/ConfigMap', 'namespaces/Namespace'].map((one) => one.split('/'));
      return {
        status: 200,
        text: JSON.stringify({ resources: resources.map(([name, kind]) => ({ name, kind, namespaced: kind !== 'Namespace' })) }),
      };
    }
    const found = objects.find(({ kind, metadata: { name } }) => kind === 'Namespace' && call.path === `/api/v1/namespaces/${name}`);
    return found === undefined ? fake.transport(call) : { status: 200, text: JSON.stringify(found) };
  };
  return { cluster: createCluster(transport, () => Promise.reject(new Error('no port-forward here'))), requests };
}
const namespaceOf = (labels: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels },
});
const labelsOf = (environment: 'local' | 'production') => {
  const platform = synthesize(environment, { image: undefined }).find(({ chart }) => chart === 'platform');
  return platform?.objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels ?? {};
};

describe('assertNamespaceOwner', () => {
  test('accepts an empty namespace and its own', async () => {
    await expect(assertNamespaceOwner(clusterWith().cluster, namespace, testOwner)).resolves.toBeUndefined();
    const { cluster } = clusterWith(namespaceOf(labelsOf('local')), encodeRecord(releaseOf(1, 'good', []), namespace));
    const lock = await acquireDeployLock({ cluster, namespace, owner: testOwner }, 'ana');
    await expect(assertNamespaceOwner(cluster, namespace, testOwner)).resolves.toBeUndefined();
    await lock.release();
  });

  test.each([
    ['the namespace', namespaceOf(labelsOf('production')), 'production', /Namespace\/captions has its labels/],
    [
      'a record',
      encodeRecord({ ...releaseOf(1, 'good', []), owner: staging }, namespace),
      'staging',
      /ConfigMap\/leyenda-release-1 has its labels/,
    ],
  ])('rejects with both names and a remedy if %s belongs to another environment', async (_what, object, environment, evidence) => {
    await expect(assertNamespaceOwner(clusterWith(object).cluster, namespace, testOwner)).rejects.toMatchObject({
      exitCode: 7,
      message: expect.stringMatching(evidence),
      remedy: `set KUBECONFIG to the cluster of local, or run the command for ${environment}`,
    });
    await expect(assertNamespaceOwner(clusterWith(object).cluster, namespace, testOwner)).rejects.toThrow(
      `belongs to ${product.name} ${environment}, not to ${product.name} local`,
    );
  });

  test('rejects a lock of another environment, even if it is free', async () => {
    const { cluster } = clusterWith();
    const lock = await acquireDeployLock({ cluster, namespace, owner: staging }, 'ana');
    await lock.release();
    await expect(assertNamespaceOwner(cluster, namespace, testOwner)).rejects.toThrow(/Lease\/leyenda-deploy has its labels/);
  });

  test('rejects a namespace with pods of another product', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace, labels: { 'app.kubernetes.io/part-of': other.product } },
    };
    await expect(assertNamespaceOwner(clusterWith(pod).cluster, namespace, testOwner)).rejects.toMatchObject({
      exitCode: 7,
      message: expect.stringContaining(`belongs to other-product local, not to ${product.name} local`),
      remedy: expect.stringContaining('another namespace'),
    });
  });

  test('rejects a namespace that is being deleted', async () => {
    const going = { ...namespaceOf({}), metadata: { name: namespace, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    await expect(assertNamespaceOwner(clusterWith(going).cluster, namespace, testOwner)).rejects.toMatchObject({
      exitCode: 7,
      message: 'namespace captions is being deleted',
    });
  });

  test('accepts a namespace whose objects this account may not read', async () => {
    const denying: Transport = async (call) =>
      call.path.startsWith('/api/v1/namespaces') || call.path.includes('/leases')
        ? { status: 403, text: JSON.stringify({ code: 403, reason: 'Forbidden', message: 'may not' }) }
        : createFakeApi().transport(call);
    const cluster = createCluster(denying, () => Promise.reject(new Error('no port-forward here')));
    await expect(assertNamespaceOwner(cluster, namespace, testOwner)).resolves.toBeUndefined();
  });
});
