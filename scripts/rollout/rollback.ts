import { inventoryItem } from './apply.ts';
import type { Deadline } from './clock.ts';
import { label, refKey, refOf } from './objects.ts';
import { type Chart, stepsOf } from './order.ts';
import { type InventoryItem, makePlan, pruneList } from './plan.ts';
import { expectationOf } from './release.ts';
import { rollOut } from './rollout.ts';
import type { Run } from './run.ts';

export interface Restored {
  readonly inventory: readonly InventoryItem[];
}

/**
 * Brings the charts of an earlier release back, whoever owns their fields now, removes what others added since, and asks the service.
 * Migrations are not run backwards: the schema must serve the release before too.
 * @throws {BadRelease} when what is brought back is not healthy when the deadline is over
 */
export async function bringBack(
  unbounded: Run,
  charts: readonly Chart[],
  addedSince: readonly InventoryItem[],
  { deadline, soakSeconds }: { readonly deadline: Deadline; readonly soakSeconds: number },
): Promise<Restored> {
  const run = { ...unbounded, cluster: unbounded.cluster.until(deadline) };
  const everything = stepsOf(charts);
  const steps = everything.filter(({ stage }) => stage !== 'migrate');
  const plan = await makePlan(run.cluster, steps, [], { force: true });
  const inventory: InventoryItem[] = [];
  await rollOut(run, plan, {
    deadline,
    soakSeconds,
    force: true,
    expected: expectationOf(charts, run.namespace),
    onApplied: (object) => inventory.push(inventoryItem(object)),
    onStep: async () => {},
  });
  const migrations = everything
    .filter(({ stage }) => stage === 'migrate')
    .flatMap(({ objects }) => objects.map((object) => refKey(refOf(object))));
  const kept = addedSince.filter((item) => migrations.includes(refKey(item)));
  const left = await prune(run, pruneList(everything, addedSince));
  return { inventory: [...inventory, ...kept, ...left] };
}

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
