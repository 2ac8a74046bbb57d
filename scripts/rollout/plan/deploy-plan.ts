import { Failure } from '../../cli/failure.ts';
import { ApiError, isStatus } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { essence, type KubeObject, label, type Ref, refKey, refOf } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { at, isRecord, numberAt, textAt } from '../../values/json.ts';
import type { RolloutStep } from './deploy-order.ts';
import { changesBetween, type FieldChange } from './object-diff.ts';

/** An object that a release applied. Only such objects are pruned. */
export interface InventoryItem extends Ref {
  readonly uid: string;
}
export const inventoryItem = (object: KubeObject): InventoryItem => ({ ...refOf(object), uid: object.metadata.uid ?? '' });

export interface PlannedObject {
  readonly object: KubeObject;
  readonly action: 'create' | 'update' | 'none';
  readonly changes: readonly FieldChange[];
  /** Version of the live object at planning time; not set if there was none. */
  readonly seen?: { readonly resourceVersion: string; readonly uid: string; readonly digest: string };
}
export interface RolloutPlan {
  readonly steps: readonly { readonly step: RolloutStep; readonly objects: readonly PlannedObject[] }[];
  readonly prune: readonly InventoryItem[];
}
interface Conflict {
  readonly object: string;
  readonly field: string;
  readonly manager: string;
}

/** Kinds that are never pruned, because that would delete data or objects of others. */
const protectedKinds = ['PersistentVolumeClaim', 'CustomResourceDefinition', 'Namespace'];

interface PlanOptions {
  /** Takes over fields from other managers. */
  readonly force?: boolean;
  /** Called for each object that the API server rejects, which is then skipped. If not set, the first rejection is thrown. */
  readonly onRejected?: OnRejected;
}
export type OnRejected = (object: KubeObject, error: unknown) => void;

/**
 * Plans a rollout by a server-side dry run of each object.
 * @throws {Failure} `rejected`, naming fields and managers, if another manager owns a field
 */
export async function createPlan(
  cluster: Cluster,
  steps: readonly RolloutStep[],
  inventory: readonly InventoryItem[],
  { force = false, onRejected }: PlanOptions = {},
): Promise<RolloutPlan> {
  const planned: { step: RolloutStep; objects: PlannedObject[] }[] = [];
  const conflicts: Conflict[] = [];
  const planOne = async (object: KubeObject) => {
    try {
      return await planObject(cluster, object, force, conflicts);
    } catch (error) {
      if (onRejected === undefined || !(error instanceof ApiError)) throw error;
      onRejected(object, error);
      return undefined;
    }
  };
  for (const step of withoutScaledReplicas(steps)) {
    const objects = await Promise.all(step.objects.map(planOne));
    planned.push({ step, objects: objects.filter((entry) => entry !== undefined) });
  }
  if (conflicts.length > 0) throw conflictFailure(conflicts);
  return { steps: planned, prune: await existingItems(cluster, itemsToPrune(steps, inventory)) };
}

async function planObject(cluster: Cluster, object: KubeObject, force: boolean, conflicts: Conflict[]): Promise<PlannedObject | undefined> {
  const live = await cluster.get(refOf(object));
  try {
    // A failed Job cannot run again: it is replaced.
    const replaced = live !== undefined && isFailedJob(live);
    const result = replaced ? object : await cluster.apply(object, { dryRun: true, force });
    const changes = replaced ? changesBetween(undefined, object) : changesBetween(live, result);
    const action = live === undefined || replaced ? 'create' : changes.length > 0 ? 'update' : 'none';
    return { object, action, changes, ...(live === undefined ? {} : { seen: versionOf(live, object) }) };
  } catch (error) {
    const found = isStatus(error, 409) ? conflictsIn(object, error) : [];
    if (found.length === 0) throw error;
    conflicts.push(...found);
    return undefined;
  }
}

export const isFailedJob = (object: KubeObject): boolean => object.kind === 'Job' && hasCondition(object, 'Failed');
/** Whether the condition of this type is True. */
export function hasCondition(object: KubeObject, type: string): boolean {
  const conditions = at(object, 'status', 'conditions');
  return Array.isArray(conditions) && conditions.some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
}

/** Version of a live object, with a digest that changes if its declared part changes. Replicas count only if the manifest sets them. */
export function versionOf(live: KubeObject, desired: KubeObject) {
  const content = essence(live);
  const scaled = isRecord(content.spec) && numberAt(desired, 'spec', 'replicas') === undefined;
  const digest = digestOf(
    scaled ? { ...content, spec: { ...(isRecord(content.spec) ? content.spec : {}), replicas: undefined } } : content,
  );
  return { resourceVersion: live.metadata.resourceVersion ?? '', uid: live.metadata.uid ?? '', digest };
}

function conflictsIn(object: KubeObject, error: ApiError): Conflict[] {
  return error.causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => ({
      object: label({ kind: object.kind, name: object.metadata.name }),
      field,
      manager: /"([^"]*)"/.exec(message)?.[1] ?? message,
    }));
}

function conflictFailure(conflicts: readonly Conflict[]): Failure {
  const list = conflicts.map(({ object, field, manager }) => `${object} ${field} is owned by ${manager}`).join(', ');
  return new Failure(
    'rejected',
    `nothing was written: ${list}`,
    'remove those fields from the manifest, or from the manager that owns them',
  );
}

/** Removes the replicas of workloads that a HorizontalPodAutoscaler scales: applying them would reset its decisions. */
export function withoutScaledReplicas(steps: readonly RolloutStep[]): RolloutStep[] {
  const scaled = new Set(
    steps
      .flatMap(({ objects }) => objects)
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(
        (autoscaler) => `${textAt(autoscaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(autoscaler, 'spec', 'scaleTargetRef', 'name')}`,
      ),
  );
  return steps.map((step) => ({
    ...step,
    objects: step.objects.map((object) => {
      if (!scaled.has(label({ kind: object.kind, name: object.metadata.name })) || !isRecord(object.spec)) return object;
      const { replicas: _replicas, ...spec } = object.spec;
      return { ...object, spec };
    }),
  }));
}

/**
 * Objects of earlier releases that this release no longer contains.
 * @throws {Failure} `rejected` for an empty release, which would prune everything
 */
export function itemsToPrune(steps: readonly RolloutStep[], inventory: readonly InventoryItem[]): InventoryItem[] {
  const wanted = new Set(steps.flatMap(({ objects }) => objects.map((object) => refKey(refOf(object)))));
  if (wanted.size === 0) throw new Failure('rejected', 'the release contains no objects', 'check the charts; nothing was pruned');
  return inventory.filter((item) => !wanted.has(refKey(item)) && !protectedKinds.includes(item.kind));
}

/** The items that still exist with the same UID. */
export async function existingItems(cluster: Cluster, items: readonly InventoryItem[]): Promise<InventoryItem[]> {
  const live = await Promise.all(items.map((item) => cluster.get(item)));
  return items.filter((item, position) => live[position]?.metadata.uid === item.uid);
}

export const changesOf = (plan: RolloutPlan): PlannedObject[] =>
  plan.steps.flatMap(({ objects }) => objects.filter(({ action }) => action !== 'none'));
