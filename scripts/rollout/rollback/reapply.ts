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
export async function reapplyRelease(
  unbounded: RolloutContext,
  charts: readonly Chart[],
  options: ReapplyOptions,
): Promise<ReappliedRelease> {
  const { deadline, added, current } = options;
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  const everything = rolloutSteps(charts);
  const steps = withoutScaledReplicas(everything).filter(({ stage }) => stage !== 'migrate');
  const isChanged = changedSince(current);
  const inventory: InventoryItem[] = [];
  let left: readonly InventoryItem[] | undefined;
  // What the later release added may take the callers of what is brought back: it goes before the service is asked.
  const beforeVerify = async () => {
    left ??= await prune(run, itemsToPrune(everything, added));
  };
  const apply = async (part: readonly RolloutStep[], onRefused: OnRejected) => {
    if (part.length === 0) return;
    const plan = await createPlan(run.cluster, part, [], { force: true, onRefused });
    await rollOut(run, plan, {
      deadline,
      soakSeconds: 0,
      force: true,
      expected: smokeExpectation(charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: async () => {},
      onRefused,
      beforeVerify,
    });
  };

  const refused: string[] = [];
  await apply(selected(steps, isChanged), (object, error) => refused.push(`${nameOf(object)}: ${apiErrorText(error)}`));
  await apply(
    selected(steps, (object) => !isChanged(object)),
    (object, error) => run.out.line(`${nameOf(object)} was left as it is: ${apiErrorText(error)}`),
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
  const objects = withoutScaledReplicas(rolloutSteps(charts)).flatMap((step) => step.objects);
  const digests = new Map(objects.map((object) => [refKey(refOf(object)), digestOf(object)]));
  return (object) => digests.get(refKey(refOf(object))) !== digestOf(object);
}

const selected = (steps: readonly RolloutStep[], isWanted: (object: KubeObject) => boolean): RolloutStep[] =>
  steps.map((step) => ({ ...step, objects: step.objects.filter(isWanted) })).filter(({ objects }) => objects.length > 0);
