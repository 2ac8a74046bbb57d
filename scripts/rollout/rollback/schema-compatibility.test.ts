import { describe, expect, test } from '@jest/globals';
import { metadataKeys } from '../../../contract/product.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { schemaConflict } from './schema-compatibility.ts';

const job = (name: string, schema: string, serves: string, condition?: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'n', annotations: { [metadataKeys.schema]: schema, [metadataKeys.schemaCompatibleFrom]: serves } },
  ...(condition === undefined ? {} : { status: { conditions: [{ type: condition, status: 'True' }] } }),
});
const charts = (object: KubeObject) => [{ chart: 'service', objects: [object] }];
const good = charts(job('good', '0005-five', '0001-one'));

async function barrier(later: KubeObject, live: KubeObject | undefined, earlier = good): Promise<string | undefined> {
  const api = createFakeApi();
  const cluster = createCluster(api.transport, () => Promise.reject(new Error('no port-forward here')));
  if (live !== undefined) await cluster.create(live);
  return schemaConflict(cluster, [charts(later)], earlier);
}

describe('schemaConflict', () => {
  test('returns undefined if the schema is compatible', async () => {
    const later = job('later', '0007-seven', '0005-five', 'Complete');
    expect(await barrier(later, later)).toBeUndefined();
  });

  test('names both releases if a completed migration left an incompatible schema', async () => {
    const later = job('later', '0007-seven', '0006-six', 'Complete');
    expect(await barrier(later, later)).toBe(
      'Job/later has migrated the schema to 0007-seven, which is compatible with releases from 0006-six on; the earlier release has 0005-five',
    );
  });

  test('returns undefined if that migration failed, because it is one transaction', async () => {
    const later = job('later', '0007-seven', '0006-six', 'Failed');
    expect(await barrier(later, later)).toBeUndefined();
  });

  test('returns a conflict if the Job of the migration no longer exists', async () => {
    expect(await barrier(job('later', '0007-seven', '0006-six'), undefined)).toContain('compatible with releases from 0006-six on');
  });

  test('returns undefined for a release without a schema declaration', async () => {
    const later = job('later', '0007-seven', '0006-six', 'Complete');
    expect(await barrier(later, later, [{ chart: 'service', objects: [] }])).toBeUndefined();
  });
});
