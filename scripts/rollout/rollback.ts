import { Failure } from '../cli/failure.ts';
import { refusalText } from './api-error.ts';
import { inventoryItem } from './apply.ts';
import type { Deadline } from './clock.ts';
import { digestOf } from './digest.ts';
import { type KubeObject, label, refKey, refOf } from './objects.ts';
import { type Chart, type Step, stepsOf } from './order.ts';
import { type InventoryItem, makePlan, type OnRefused, pruneList, withoutScaledReplicas } from './plan.ts';
import { expectationOf } from './release.ts';
import { rollOut } from './rollout.ts';
import type { Run } from './run.ts';

export interface Restored {
  readonly inventory: readonly InventoryItem[];
}

interface RollbackOptions {
  /** Ends all of it. */
  readonly deadline: Deadline;
  /** What the later releases applied beside it. */
  readonly added: readonly InventoryItem[];
  /** The charts that are in the cluster now: what they have in common with the earlier ones was not changed. */
  readonly current: readonly Chart[];
}

/**
 * Applies the charts of an earlier release again and takes over their fields: first what the later release changed, then the rest. An object that
 * the API server refuses does not keep the others from being rolled back.
 * Migrations are not run backwards: the schema must serve the release before too.
 * @throws {BadRelease} when what is brought back is not healthy when the deadline is over
 * @throws {Failure} when an object that was changed could not be brought back; all others are
 */
export async function bringBack(unbounded: Run, charts: readonly Chart[], options: RollbackOptions): Promise<Restored> {
  const { deadline, added, current } = options;
  const run = { ...unbounded, cluster: unbounded.cluster.until(deadline) };
  const everything = stepsOf(charts);
  const steps = withoutScaledReplicas(everything).filter(({ stage }) => stage !== 'migrate');
  const isChanged = changedSince(current);
  const inventory: InventoryItem[] = [];
  let left: readonly InventoryItem[] | undefined;
  // What the later release added may take the callers of what is brought back: it goes before the service is asked.
  const beforeVerify = async () => {
    left ??= await prune(run, pruneList(everything, added));
  };
  const apply = async (part: readonly Step[], onRefused: OnRefused) => {
    if (part.length === 0) return;
    const plan = await makePlan(run.cluster, part, [], { force: true, onRefused });
    await rollOut(run, plan, {
      deadline,
      soakSeconds: 0,
      force: true,
      expected: expectationOf(charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: async () => {},
      onRefused,
      beforeVerify,
    });
  };

  const refused: string[] = [];
  await apply(selected(steps, isChanged), (object, error) => refused.push(`${nameOf(object)}: ${refusalText(error)}`));
  await apply(
    selected(steps, (object) => !isChanged(object)),
    (object, error) => run.out.line(`${nameOf(object)} was left as it is: ${refusalText(error)}`),
  );
  if (refused.length > 0) {
    throw new Failure(
      'failed',
      `all other objects are back, but not ${refused.join('; ')}`,
      'remove what refuses them, then run leyenda rollback',
    );
  }
  const migrations = everything
    .filter(({ stage }) => stage === 'migrate')
    .flatMap(({ objects }) => objects.map((object) => refKey(refOf(object))));
  const kept = added.filter((item) => migrations.includes(refKey(item)));
  return { inventory: [...inventory, ...kept, ...(left ?? [])] };
}

const nameOf = (object: KubeObject): string => label({ kind: object.kind, name: object.metadata.name });

/** Whether an object differs from what these charts have under its name. */
function changedSince(charts: readonly Chart[]): (object: KubeObject) => boolean {
  const objects = withoutScaledReplicas(stepsOf(charts)).flatMap((step) => step.objects);
  const digests = new Map(objects.map((object) => [refKey(refOf(object)), digestOf(object)]));
  return (object) => digests.get(refKey(refOf(object))) !== digestOf(object);
}

const selected = (steps: readonly Step[], isWanted: (object: KubeObject) => boolean): Step[] =>
  steps.map((step) => ({ ...step, objects: step.objects.filter(isWanted) })).filter(({ objects }) => objects.length > 0);

/**
 * Removes objects by name and UID: one that somebody made anew under the same name stays.
 * @returns what could not be removed; a healthy release is not bad for that, and the next one tries again
 */
export async function prune(run: Run, items: readonly InventoryItem[]): Promise<InventoryItem[]> {
  const left: InventoryItem[] = [];
  for (const item of items) {
    try {
      await run.cluster.remove(item, item.uid);
      run.out.line(`removed ${label(item)}`);
    } catch (error) {
      left.push(item);
      run.out.line(`could not remove ${label(item)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return left;
}
