import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label } from '../../cluster/objects.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { rolloutSteps } from '../plan/deploy-order.ts';
import { existingItems, hasCondition, type InventoryItem, inventoryItem, itemsToPrune } from '../plan/deploy-plan.ts';
import { isServingLastGood, listExpiredRecords, type ReleaseRecord, readHistory, rollbackTargets } from './release-history.ts';

/** Objects to delete, and orphaned objects that are kept, with the reason. */
export interface OrphanedObjects {
  readonly remove: readonly InventoryItem[];
  readonly keep: readonly { readonly item: InventoryItem; readonly why: string }[];
}

/**
 * Finds objects of earlier releases that no retained release contains: only objects of their inventories, by UID, never volume claims,
 * definitions or namespaces; and expired release records. ConfigMaps that a pod uses and running Jobs are kept.
 * Retained releases: the last good one, the good one before it, and a failed one that was left in place.
 */
export async function findOrphanedObjects(cluster: Cluster, namespace: string): Promise<OrphanedObjects> {
  const history = await readHistory(cluster, namespace);
  const records = (await listExpiredRecords(cluster, namespace)).map(inventoryItem);
  const leftovers = await existingItems(cluster, orphanedInventory(history));
  const used =
    leftovers.length === 0 ? new Set<string>() : referencedConfigMaps(await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace));
  const judged = await Promise.all(leftovers.map(async (item) => ({ item, why: await reasonToKeep(cluster, item, used) })));
  return {
    remove: [...judged.filter(({ why }) => why === undefined).map(({ item }) => item), ...records],
    keep: judged.flatMap(({ item, why }) => (why === undefined ? [] : [{ item, why }])),
  };
}

/** Items of all inventories that no retained release contains; none if no release is retained. */
export function orphanedInventory(history: readonly ReleaseRecord[]): InventoryItem[] {
  const [newest] = history;
  const inPlace = newest === undefined || isServingLastGood(history) ? [] : [newest];
  const kept = [...rollbackTargets(history), ...inPlace];
  if (kept.length === 0) return [];
  const applied = new Map(history.flatMap(({ inventory }) => inventory).map((item) => [item.uid, item]));
  return itemsToPrune(
    kept.flatMap(({ charts }) => rolloutSteps(charts)),
    [...applied.values()],
  );
}

async function reasonToKeep(cluster: Cluster, item: InventoryItem, used: ReadonlySet<string>): Promise<string | undefined> {
  if (item.kind === 'ConfigMap') return used.has(item.name) ? 'a pod uses it' : undefined;
  if (item.kind !== 'Job') return undefined;
  const job = await cluster.get(item);
  return job !== undefined && !isFinished(job) ? 'it still runs' : undefined;
}

const isFinished = (job: KubeObject): boolean => hasCondition(job, 'Complete') || hasCondition(job, 'Failed');

/** Names of the ConfigMaps that pods use as volumes or environment variables. */
export function referencedConfigMaps(pods: readonly KubeObject[]): Set<string> {
  const volumes = pods.flatMap((pod) => listAt(pod, 'spec', 'volumes'));
  const containers = pods.flatMap((pod) => ['initContainers', 'containers'].flatMap((field) => listAt(pod, 'spec', field)));
  const names = [
    ...volumes.map((volume) => textAt(volume, 'configMap', 'name')),
    ...volumes.flatMap((volume) => listAt(volume, 'projected', 'sources')).map((source) => textAt(source, 'configMap', 'name')),
    ...containers.flatMap((container) => listAt(container, 'envFrom')).map((from) => textAt(from, 'configMapRef', 'name')),
    ...containers
      .flatMap((container) => listAt(container, 'env'))
      .filter(isRecord)
      .map((variable) => textAt(at(variable, 'valueFrom'), 'configMapKeyRef', 'name')),
  ];
  return new Set(names.filter((name) => name !== undefined));
}

/** One line per object, with the reason for those that are kept. */
export const orphanLines = ({ remove, keep }: OrphanedObjects, verb: string): string[] => [
  ...remove.map((item) => `${verb} ${label(item)}`),
  ...keep.map(({ item, why }) => `kept ${label(item)}: ${why}`),
];
