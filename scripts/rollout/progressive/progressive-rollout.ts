import { stepsOf } from '../../../manifests/environments/strategy.ts';
import { type KubeObject, label, refKey, refOf } from '../../cluster/objects.ts';
import { numberAt } from '../../values/json.ts';
import { type RolloutOptions, rollOut } from '../apply/rollout.ts';
import type { Chart, RolloutStep } from '../plan/deploy-order.ts';
import type { PlannedObject, RolloutPlan } from '../plan/deploy-plan.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { type CanaryObjects, canaryObjectsOf, type ProgressiveRelease, routeOf } from './canary-objects.ts';
import { createCanaryPods } from './canary-pods.ts';
import { type CanaryRun, runCanary } from './canary-run.ts';
import { type CanaryPlan, type CanaryState, nextTransition } from './canary-steps.ts';
import { withMinReplicas } from './min-replicas.ts';
import { createPlanWriter, type PlanWriter } from './plan-writer.ts';
import type { StrategyRecord } from './strategy-record.ts';
import { createTrafficWeights, type TrafficWeights } from './traffic-weights.ts';

const usualPatienceSeconds = 60;

/** What a release may run beside. */
export interface ProgressiveOptions {
  /** Not set: it is rolled, pod by pod. */
  readonly release: ProgressiveRelease | undefined;
  /** The charts of the last good release; not set: there is none, and nothing to run beside. */
  readonly good: readonly Chart[] | undefined;
  /** Told how it went, before anything is taken back. */
  readonly onRecord: (record: StrategyRecord) => void;
}

/**
 * Rolls a plan out as `rollOut` does, but lets the API's new release prove itself beside the stable one first, by the environment's
 * strategy: its pods get a share of the callers, step by step, and the stable release is not touched before the last one was passed.
 * @throws {BadRelease} when the new release is not good enough; the callers are with the stable one again, the new one's pods still there
 */
export async function rollOutProgressively(
  run: RolloutContext,
  plan: RolloutPlan,
  beside: ProgressiveOptions,
  options: RolloutOptions,
): Promise<void> {
  const { release, good, onRecord } = beside;
  if (release === undefined) return rollOut(run, plan, options);
  const { kind } = release.strategy;
  const route = routeOf(good, release);
  const writer = createPlanWriter(run.cluster, plan);
  const shares = route && createTrafficWeights(run, writer, route, release);
  if (await shares?.hasCanaryTraffic()) {
    run.out.line('a deploy that died left callers with its release: they go back to the stable one');
    await shares?.set(0);
  }
  const cast = canaryObjectsOf(plan, good, release);
  if (shares === undefined || cast === undefined) {
    onRecord({ kind, outcome: 'skipped', steps: [] });
    return rollOut(run, plan, { ...options, beforeStep: async (_, objects) => objects.map(writer.current) });
  }
  const { before, takeBack, steps } = createCanaryRollout({ run, options, release, cast, writer, shares });
  try {
    await rollOut(run, plan, { ...options, beforeStep: before });
    onRecord({ kind, outcome: 'promoted', steps });
  } catch (error) {
    onRecord({ kind, outcome: 'aborted', steps, cause: error instanceof Error ? error.message : String(error) });
    await takeBack();
    throw error;
  }
}

function canaryPlanOf({ strategy, prometheus: ask }: ProgressiveRelease, timeoutSeconds: number): CanaryPlan {
  return {
    steps: stepsOf(strategy),
    gated: ask !== undefined,
    readySeconds: timeoutSeconds,
    patienceSeconds: strategy.gate?.metricsTimeoutSeconds ?? usualPatienceSeconds,
    promoteSeconds: timeoutSeconds,
  };
}

const isSame = ({ object }: PlannedObject, other: KubeObject | undefined): boolean =>
  other !== undefined && refKey(refOf(object)) === refKey(refOf(other));

interface CanarySetup {
  readonly run: RolloutContext;
  readonly options: RolloutOptions;
  readonly release: ProgressiveRelease;
  readonly cast: CanaryObjects;
  readonly writer: PlanWriter;
  readonly shares: TrafficWeights;
}

function createCanaryRollout({ run, options, release, cast, writer, shares }: CanarySetup) {
  const { cluster, out } = run;
  const { strategy, names } = release;
  const course = canaryPlanOf(release, options.deadline.seconds);
  const pods = createCanaryPods(run, writer, cast, release, options.expected);
  const steps: CanaryRun['steps'] = [];
  let state: CanaryState | undefined;
  let begun = false;
  /** Pods that the stable release had when it began to share its callers. */
  let floor: number | undefined;

  async function prepare(step: number): Promise<void> {
    const weight = course.steps[step]?.weight ?? 0;
    const made = await pods.prepare(weight);
    out.step(`${strategy.kind}, step ${step + 1} of ${course.steps.length}: ${pods.wanted} pod(s) for ${weight} % of the callers`);
    if (step > 0) return;
    for (const object of made) options.onApplied(object);
    await options.onStep();
    floor = numberAt(await cluster.get(refOf(cast.stable.object)), 'spec', 'replicas') ?? 1;
    if (cast.scaler) await writer.apply(withMinReplicas(cast.scaler.before, floor));
  }

  /** It is the stable release: all callers to it, and nothing of it beside. */
  async function finish(promoting: CanaryState): Promise<void> {
    const facts = { at: cluster.clock.ms(), pods: { state: 'healthy', why: '' }, promotion: { state: 'done', why: '' } } as const;
    state = nextTransition(course, promoting, facts).state;
    out.step('all callers to the stable release, which is the new one now');
    await shares.set(state.weight);
    if (cast.scaler) await writer.apply(cast.scaler.after);
    await pods.remove();
  }

  /** Before each step of the plan: the new release proves itself before the stable one is touched, and is taken away after. */
  async function before(_step: RolloutStep, objects: readonly PlannedObject[]): Promise<readonly PlannedObject[]> {
    if (!begun) await pods.clear();
    begun = true;
    if (objects.some((planned) => isSame(planned, cast.stable.object))) {
      state = await runCanary({ run, release, plan: course, pods, shares, prepare, steps });
      out.step(`${label({ kind: 'Deployment', name: names.api })} takes over, ${state.weight} % of the callers beside it`);
    } else if (state?.phase === 'promoting') await finish(state);
    const promoting = state?.phase === 'promoting';
    return objects.map((planned) => (promoting && isSame(planned, cast.scaler?.after) ? held(planned) : writer.current(planned)));
  }
  const held = (planned: PlannedObject): PlannedObject => ({
    ...writer.current(planned),
    action: 'update',
    object: withMinReplicas(planned.object, floor ?? 1),
  });

  /** Callers back to the stable release at once; the new one's pods stay for evidence, and go when the release before is brought back. */
  async function takeBack(): Promise<void> {
    if (!begun || state?.phase === 'done') return;
    // Whoever lost the lock leaves alone what somebody else has written since.
    const force = !run.signal.aborted;
    try {
      await shares.reset({ force });
      if (floor !== undefined && cast.scaler) await writer.apply(cast.scaler.before, { force });
    } catch (error) {
      out.line(`the callers could not be taken back: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return { before, takeBack, steps };
}
