import { gunzipSync, gzipSync } from 'node:zlib';
import type { Cluster } from '../../cluster/cluster.ts';
import { isKubeObject, type KubeObject } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { at, isRecord, textAt } from '../../values/json.ts';
import type { Chart } from '../plan/deploy-order.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';
import { type NamespaceOwner, ownerLabels } from './namespace-owner.ts';

/** A `deploying` record without a lock holder belongs to a deploy that died. */
const outcomes = ['deploying', 'good', 'failed', 'rolled-back', 'interrupted'] as const;
type Outcome = (typeof outcomes)[number];

/** A release as recorded in the cluster, with everything that a rollback needs. */
export interface ReleaseRecord {
  readonly revision: number;
  readonly owner: NamespaceOwner;
  readonly outcome: Outcome;
  /** Content digest of the charts. */
  readonly digest: string;
  readonly image: string;
  readonly createdAt: string;
  /** User or CI run that deployed. */
  readonly actor: string;
  /** Why it failed; empty if it did not. */
  readonly cause: string;
  readonly inventory: readonly InventoryItem[];
  readonly charts: readonly Chart[];
}

const keptRecords = 10;
const recordLabel = 'leyenda.dev/record';
const nameOf = (revision: number) => `leyenda-release-${revision}`;

/** The record as a ConfigMap. The objects are compressed, because a ConfigMap is limited to 1 MiB. */
export function encodeRecord(record: ReleaseRecord, namespace: string): KubeObject {
  const { charts, inventory, ...summary } = record;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: nameOf(record.revision),
      namespace,
      labels: { ...ownerLabels(record.owner), [recordLabel]: 'release', 'leyenda.dev/outcome': record.outcome },
    },
    data: { summary: JSON.stringify(summary, null, 2), inventory: JSON.stringify(inventory) },
    binaryData: { charts: gzipSync(JSON.stringify(charts)).toString('base64') },
  };
}

/** Reads a record from a ConfigMap; undefined if it is invalid or its charts do not match the recorded digest. */
export function decodeRecord(configMap: KubeObject): ReleaseRecord | undefined {
  try {
    const summary: unknown = JSON.parse(textAt(configMap, 'data', 'summary') ?? '');
    const inventory: unknown = JSON.parse(textAt(configMap, 'data', 'inventory') ?? '');
    const packed = Buffer.from(textAt(configMap, 'binaryData', 'charts') ?? '', 'base64');
    const charts: unknown = JSON.parse(gunzipSync(packed).toString('utf8'));
    const record: unknown = isRecord(summary) ? { ...summary, inventory, charts } : undefined;
    return isReleaseRecord(record) && digestOf(record.charts) === record.digest ? record : undefined;
  } catch {
    return undefined;
  }
}

const isList = <T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] => Array.isArray(value) && value.every(isItem);
export const isChart = (value: unknown): value is Chart =>
  isRecord(value) && typeof value.chart === 'string' && isList(value.objects, isKubeObject);
const isInventoryItem = (value: unknown): value is InventoryItem =>
  isRecord(value) && ['apiVersion', 'kind', 'name', 'namespace', 'uid'].every((field) => typeof value[field] === 'string');
const isReleaseRecord = (value: unknown): value is ReleaseRecord =>
  isRecord(value) &&
  typeof value.revision === 'number' &&
  outcomes.some((outcome) => outcome === value.outcome) &&
  ['digest', 'image', 'createdAt', 'actor', 'cause'].every((field) => typeof value[field] === 'string') &&
  ['product', 'environment'].every((field) => typeof at(value, 'owner', field) === 'string') &&
  isList(value.inventory, isInventoryItem) &&
  isList(value.charts, isChart);

/** The releases of a namespace, newest first. */
export async function readHistory(cluster: Cluster, namespace: string): Promise<ReleaseRecord[]> {
  const maps = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, namespace, `${recordLabel}=release`);
  return maps
    .map(decodeRecord)
    .filter((record) => record !== undefined)
    .toSorted((a, b) => b.revision - a.revision);
}

/** Writes a record, replacing one of the same revision, and deletes expired records. */
export async function writeRecord(cluster: Cluster, namespace: string, record: ReleaseRecord): Promise<void> {
  await cluster.apply(encodeRecord(record, namespace), { force: true });
  // Records that cannot be deleted now expire again at the next write.
  await deleteExpiredRecords(cluster, namespace).catch(() => {});
}

async function deleteExpiredRecords(cluster: Cluster, namespace: string): Promise<void> {
  for (const map of await listExpiredRecords(cluster, namespace)) {
    await cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: map.metadata.name }, map.metadata.uid ?? '');
  }
}

/** The record maps beyond the newest ten, except those that a rollback needs. */
export function expiredRecords(maps: readonly KubeObject[]): KubeObject[] {
  const revisionOf = (map: KubeObject) => Number(map.metadata.name.slice(nameOf(0).length - 1));
  const newestFirst = maps.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const needed = rollbackTargets(newestFirst.map(decodeRecord).filter((record) => record !== undefined));
  const isNeeded = (map: KubeObject) => needed.some(({ revision }) => revision === revisionOf(map));
  return newestFirst.slice(keptRecords).filter((map) => !isNeeded(map));
}

/** From a history, newest first: the last good release and the one before it with other charts, if they exist. */
export function rollbackTargets(history: readonly ReleaseRecord[]): ReleaseRecord[] {
  const serving = lastGood(history);
  const before = history.find(({ outcome, digest }) => outcome === 'good' && digest !== serving?.digest);
  return [serving, before].filter((record) => record !== undefined);
}

/** The record maps to delete. */
export async function listExpiredRecords(cluster: Cluster, namespace: string): Promise<KubeObject[]> {
  return expiredRecords(await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, namespace, `${recordLabel}=release`));
}

/** The newest release that was healthy. */
export const lastGood = (history: readonly ReleaseRecord[]): ReleaseRecord | undefined => history.find(({ outcome }) => outcome === 'good');

/** Whether the newest deploy left a healthy release in the cluster. */
export const isServingLastGood = ([newest]: readonly ReleaseRecord[]): boolean =>
  newest?.outcome === 'good' || newest?.outcome === 'rolled-back';

/** Objects that the last good release and the attempts since have applied: the next release prunes only these. */
export function prunableInventory(history: readonly ReleaseRecord[]): InventoryItem[] {
  const good = history.findIndex(({ outcome }) => outcome === 'good');
  const since = good === -1 ? history : history.slice(0, good + 1);
  return [...new Map(since.flatMap(({ inventory }) => inventory).map((item) => [item.uid, item])).values()];
}
