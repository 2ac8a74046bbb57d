import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Cluster } from '../../cluster/cluster.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { versionOf } from '../plan/deploy-plan.ts';
import { applyPlanned } from './apply-object.ts';

const configMap = (data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'prices', namespace: 'shop' },
  data,
});
const path = '/api/v1/namespaces/shop/configmaps/prices';

let fake: ReturnType<typeof createFakeApi>;
let cluster: Cluster;
/** Called after the next write, whose response is lost. */
let onLost: (() => void) | undefined;

beforeEach(() => {
  fake = createFakeApi();
  onLost = undefined;
  cluster = createCluster(
    async (call) => {
      const answer = await fake.transport(call);
      if (call.method !== 'PATCH' || call.query?.dryRun !== undefined || onLost === undefined) return answer;
      onLost();
      onLost = undefined;
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    },
    () => Promise.reject(new Error('no port-forward here')),
  );
});

/** A planned update of the live object. */
async function updateTo(object: KubeObject) {
  const seen = await cluster.apply(configMap({ coffee: '2' }));
  return { object, action: 'update', changes: [], seen: versionOf(seen, object) } as const;
}

describe('an apply whose response is lost', () => {
  test('succeeds if the object is as planned', async () => {
    const planned = await updateTo(configMap({ coffee: '3' }));
    onLost = () => {};
    expect(await applyPlanned(cluster, planned, false)).toMatchObject({ data: { coffee: '3' } });
  });

  test('is rejected if the object was changed meanwhile', async () => {
    const planned = await updateTo(configMap({ coffee: '3' }));
    onLost = () => {
      const live = fake.objects.get(path);
      if (live !== undefined)
        fake.objects.set(path, { ...live, data: { coffee: '9' }, metadata: { ...live.metadata, resourceVersion: '99' } });
    };
    await expect(applyPlanned(cluster, planned, false)).rejects.toThrow('ConfigMap/prices changed since the plan was made');
  });
});

test('an apply is rejected before the write if the object was changed since the plan', async () => {
  const planned = await updateTo(configMap({ coffee: '3' }));
  await cluster.apply(configMap({ coffee: '9' }));
  await expect(applyPlanned(cluster, planned, false)).rejects.toThrow('ConfigMap/prices changed since the plan was made');
});
