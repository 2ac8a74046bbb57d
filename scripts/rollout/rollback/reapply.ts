import { Failure } from '../../cli/failure.ts';
import { apiErrorText } from '../../cluster/api-failure.ts';
import type { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, label, refKey, refOf } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { prune } from '../apply/prune.ts';
import { rollOut } from '../apply/rollout.ts';
import { type Chart, type RolloutStep, rolloutSteps } from '../plan/deploy-order.ts';
import {
  createPlan,
  type InventoryItem,
  inventoryItem,
  itemsToPrune,
  type OnRejected,
  withoutScaledReplicas,
} from '../plan/deploy-plan.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { smokeExpectation } from '../verify/smoke-expectation.ts';

export interface ReappliedRelease {
  readonly inventory: readonly InventoryItem[];
}

interface ReapplyOptions {
  /** Ends the rollback. */
  readonly deadline: Deadline;
  /** Objects that later releases applied. */
  readonly added: readonly InventoryItem[];
  /** The currently applied charts: objects that are equal in both have not changed. */
  readonly current: readonly Chart[];
}

/**
 * Applies the charts of an earlier release again and takes over their fields: first the objects that the later release changed, then the rest.
 * A rejected object does not prevent the rollback of the others. Migrations are not reverted: the schema must be compatible with the earlier
 * release.
 * @throws {BadRelease} if the release is not healthy at the deadline
 * @throws {Failure} if a changed object could not be applied; all others are
 */
export async function reapplyRelease(
  context: RolloutContext,
  charts: readonly Chart[],
  options: ReapplyOptions,
): Promise<ReappliedRelease> {
  const { deadline, added, current } = options;
  const run = { ...context, cluster: context.cluster.withDeadline(deadline) };
  const everything = rolloutSteps(charts);
  const steps = withoutScaledReplicas(everything).filter(({ stage }) => stage !== 'migrate');
  const isChanged = changedSince(current);
  const inventory: InventoryItem[] = [];
  let left: readonly InventoryItem[] | undefined;
  // Added objects may receive traffic of the service: they are deleted before the smoke test.
  const beforeVerify = async () => {
    left ??= await prune(run, itemsToPrune(everything, added));
  };
  const apply = async (part: readonly RolloutStep[], onRejected: OnRejected) => {
    if (part.length === 0) return;
    const plan = await createPlan(run.cluster, part, [], { force: true, onRejected });
    await rollOut(run, plan, {
      deadline,
      soakSeconds: 0,
      force: true,
      expected: smokeExpectation(charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: async () => {},
      onRejected,
      beforeVerify,
    });
  };

  const rejected: string[] = [];
  await apply(selected(steps, isChanged), (object, error) => rejected.push(`${nameOf(object)}: ${apiErrorText(error)}`));
  await apply(
    selected(steps, (object) => !isChanged(object)),
    (object, error) => run.out.line(`${nameOf(object)} was not changed: ${apiErrorText(error)}`),
  );
  if (rejected.length > 0) {
    throw new Failure(
      'failed',
      `all other objects are rolled back, except ${rejected.join('; ')}`,
      'remove the cause of the rejection, then run leyenda rollback',
    );
  }
  const migrations = everything
    .filter(({ stage }) => stage === 'migrate')
    .flatMap(({ objects }) => objects.map((object) => refKey(refOf(object))));
  const kept = added.filter((item) => migrations.includes(refKey(item)));
  return { inventory: [...inventory, ...kept, ...(left ?? [])] };
}

const nameOf = (object: KubeObject): string => label({ kind: object.kind, name: object.metadata.name });

/** Whether an object differs from the one in these charts. */
function changedSince(charts: readonly Chart[]): (object: KubeObject) => boolean {
  const objects = withoutScaledReplicas(rolloutSteps(charts)).flatMap((step) => step.objects);
  const digests = new Map(objects.map((object) => [refKey(refOf(object)), digestOf(object)]));
  return (object) => digests.get(refKey(refOf(object))) !== digestOf(object);
}

const selected = (steps: readonly RolloutStep[], isWanted: (object: KubeObject) => boolean): RolloutStep[] =>
  steps.map((step) => ({ ...step, objects: step.objects.filter(isWanted) })).filter(({ objects }) => objects.length > 0);
