import type { KubeObject } from '../../../cluster/objects.ts';
import { digestOf } from '../../../values/digest.ts';
import type { ReleaseRecord } from '../release-history.ts';
import { testOwner } from './owner.ts';

/** A remembered release of these objects; its inventory names them by the UIDs that they carry. */
export function releaseOf(revision: number, outcome: ReleaseRecord['outcome'], objects: readonly KubeObject[]): ReleaseRecord {
  const charts = [{ chart: 'service', objects }];
  return {
    revision,
    owner: testOwner,
    outcome,
    digest: digestOf(charts),
    image: `image-${revision}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    actor: 'ana',
    cause: '',
    inventory: objects.map(({ apiVersion, kind, metadata: { name, namespace = '', uid = '' } }) => ({
      apiVersion,
      kind,
      name,
      namespace,
      uid,
    })),
    charts,
  };
}
