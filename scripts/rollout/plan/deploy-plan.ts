import { Failure } from '../../cli/failure.ts';
import { ApiError, isStatus } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { essence, type KubeObject, label, type Ref, refKey, refOf } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { at, isRecord, numberAt, textAt } from '../../values/json.ts';
import type { RolloutStep } from './deploy-order.ts';
import { changesBetween, type FieldChange } from './object-diff.ts';

/** An object that a release applied; only these are ever pruned. */
export interface InventoryItem extends Ref {
  readonly uid: string;
}
export const inventoryItem = (object: KubeObject): InventoryItem => ({ ...refOf(object), uid: object.metadata.uid ?? '' });

export interface PlannedObject {
  readonly object: KubeObject;
  readonly action: 'create' | 'update' | 'none';
  readonly changes: readonly FieldChange[];
  /** Of the object that the plan saw; not set: there was none. */
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

/** Kinds whose loss loses data or other people's work: never pruned. */
const protectedKinds = ['PersistentVolumeClaim', 'CustomResourceDefinition', 'Namespace'];

interface PlanOptions {
  /** Take fields from other managers. */
  readonly force?: boolean;
  /** Called for each object that the API server refuses, which is then left out; not set: the first one ends the planning. */
  readonly onRefused?: OnRejected;
}
export type OnRejected = (object: KubeObject, error: unknown) => void;

/**
 * What a rollout of these steps would change, by a server-side dry run of each object.
 * @throws {Failure} `rejected`, naming every field and its manager, where another manager owns a field
 */
export async function createPlan(
  cluster: Cluster,
  steps: readonly RolloutStep[],
  inventory: readonly InventoryItem[],
  { force = false, onRefused }: PlanOptions = {},
): Promise<RolloutPlan> {
  const planned: { step: RolloutStep; objects: PlannedObject[] }[] = [];
  const conflicts: Conflict[] = [];
  const planOne = async (object: KubeObject) => {
    try {
      return await planObject(cluster, object, force, conflicts);
    } catch (error) {
      if (onRefused === undefined || !(error instanceof ApiError)) throw error;
      onRefused(object, error);
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
    // A failed Job cannot run again under its name: it is replaced.
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
/** Whether a condition of this type holds. */
export function hasCondition(object: KubeObject, type: string): boolean {
  const conditions = at(object, 'status', 'conditions');
  return Array.isArray(conditions) && conditions.some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
}

/** A digest that moves when somebody changes what we are about to apply; an autoscaler that scales is not somebody. */
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
    'take those fields out of the manifest, or make that manager give them up',
  );
}

/** A workload that a HorizontalPodAutoscaler scales is applied without replicas: applying them would undo its decisions. */
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
 * What the last releases applied and this one no longer has.
 * @throws {Failure} `rejected` for an empty release: that would prune everything
 */
export function itemsToPrune(steps: readonly RolloutStep[], inventory: readonly InventoryItem[]): InventoryItem[] {
  const wanted = new Set(steps.flatMap(({ objects }) => objects.map((object) => refKey(refOf(object)))));
  if (wanted.size === 0) throw new Failure('rejected', 'the release contains no object', 'check the charts; nothing was pruned');
  return inventory.filter((item) => !wanted.has(refKey(item)) && !protectedKinds.includes(item.kind));
}

/** Those that exist yet, and are the very objects that were applied. */
export async function existingItems(cluster: Cluster, items: readonly InventoryItem[]): Promise<InventoryItem[]> {
  const live = await Promise.all(items.map((item) => cluster.get(item)));
  return items.filter((item, position) => live[position]?.metadata.uid === item.uid);
}

export const changesOf = (plan: RolloutPlan): PlannedObject[] =>
  plan.steps.flatMap(({ objects }) => objects.filter(({ action }) => action !== 'none'));
