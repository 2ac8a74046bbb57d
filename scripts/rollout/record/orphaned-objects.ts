import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label } from '../../cluster/objects.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { rolloutSteps } from '../plan/deploy-order.ts';
import { existingItems, hasCondition, type InventoryItem, inventoryItem, itemsToPrune } from '../plan/deploy-plan.ts';
import { isServingLastGood, listExpiredRecords, type ReleaseRecord, readHistory, rollbackTargets } from './release-history.ts';

/** What can go, and what would but for a reason. */
export interface OrphanedObjects {
  readonly remove: readonly InventoryItem[];
  readonly keep: readonly { readonly item: InventoryItem; readonly why: string }[];
}

/**
 * What earlier releases and attempts left in the cluster: only objects of their inventories, by UID, that no kept release has, never a
 * volume, a definition or a namespace; and the records beyond the bound. What pods still read and Jobs that still run are kept.
 * Kept releases: the one that serves, the good one before it, and an attempt that was left in place.
 */
export async function findOrphanedObjects(cluster: Cluster, namespace: string): Promise<OrphanedObjects> {
  const history = await readHistory(cluster, namespace);
  const records = (await listExpiredRecords(cluster, namespace)).map(inventoryItem);
  const leftovers = await existingItems(cluster, orphanedInventory(history));
  const read =
    leftovers.length === 0 ? new Set<string>() : referencedConfigMaps(await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace));
  const judged = await Promise.all(leftovers.map(async (item) => ({ item, why: await reasonToKeep(cluster, item, read) })));
  return {
    remove: [...judged.filter(({ why }) => why === undefined).map(({ item }) => item), ...records],
    keep: judged.flatMap(({ item, why }) => (why === undefined ? [] : [{ item, why }])),
  };
}

/** Of all inventories, what no kept release has; nothing where no release is kept, for then nobody knows what serves. */
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

async function reasonToKeep(cluster: Cluster, item: InventoryItem, read: ReadonlySet<string>): Promise<string | undefined> {
  if (item.kind === 'ConfigMap') return read.has(item.name) ? 'a pod reads it' : undefined;
  if (item.kind !== 'Job') return undefined;
  const job = await cluster.get(item);
  return job !== undefined && !isFinished(job) ? 'it still runs' : undefined;
}

const isFinished = (job: KubeObject): boolean => hasCondition(job, 'Complete') || hasCondition(job, 'Failed');

/** The names of the ConfigMaps that pods mount or take variables from. */
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

/** As people name them, with why what could go is kept. */
export const orphanLines = ({ remove, keep }: OrphanedObjects, verb: string): string[] => [
  ...remove.map((item) => `${verb} ${label(item)}`),
  ...keep.map(({ item, why }) => `kept ${label(item)}: ${why}`),
];
