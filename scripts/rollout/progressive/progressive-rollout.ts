import { stepsOf } from '../../../manifests/environments/strategy.ts';
import { type KubeObject, label, refKey, refOf } from '../../cluster/objects.ts';
import { isRecord, numberAt } from '../../values/json.ts';
import { type RolloutOptions, rollOut } from '../apply/rollout.ts';
import type { Chart, RolloutStep } from '../plan/deploy-order.ts';
import type { PlannedObject, RolloutPlan } from '../plan/deploy-plan.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { type CanaryObjects, canaryObjectsOf, type ProgressiveRelease, routeOf } from './canary-objects.ts';
import { CanaryPods } from './canary-pods.ts';
import { type CanaryRun, runCanary } from './canary-run.ts';
import { type CanaryPlan, type CanaryState, nextTransition } from './canary-steps.ts';
import { createPlanWriter, type PlanWriter } from './plan-writer.ts';
import type { StrategyRecord } from './strategy-record.ts';
import { createTrafficWeights, type TrafficWeights } from './traffic-weights.ts';

const defaultMetricsTimeoutSeconds = 60;

/** Options of a progressive rollout. */
export interface ProgressiveOptions {
  /** Not set: a rolling update. */
  readonly release: ProgressiveRelease | undefined;
  /** Charts of the last good release; not set if there is none. */
  readonly good: readonly Chart[] | undefined;
  /** Called with the outcome before the rollback. */
  readonly onRecord: (record: StrategyRecord) => void;
}

/**
 * Applies a plan like `rollOut`, but runs the API's new release next to the stable one first: it gets traffic step by step, and the stable
 * release does not change before the last step has passed.
 * @throws {ReleaseFailed} if a step fails; all traffic is routed to the stable release, and the canary pods remain for evidence
 */
export async function rollOutProgressively(
  run: RolloutContext,
  plan: RolloutPlan,
  progressive: ProgressiveOptions,
  options: RolloutOptions,
): Promise<void> {
  const { release, good, onRecord } = progressive;
  if (release === undefined) return rollOut(run, plan, options);
  const { kind } = release.strategy;
  const route = routeOf(good, release);
  const writer = createPlanWriter(run.cluster, plan);
  const weights = route && createTrafficWeights(run, writer, route, release);
  if (await weights?.hasCanaryTraffic()) {
    run.out.line('a deploy that died left traffic on its release: routing it to the stable one');
    await weights?.set(0);
  }
  const objects = canaryObjectsOf(plan, good, release);
  if (weights === undefined || objects === undefined) {
    onRecord({ kind, outcome: 'skipped', steps: [] });
    return rollOut(run, plan, { ...options, beforeStep: async (_, objects) => objects.map(writer.current) });
  }
  const { beforeStep, abort, steps } = createCanaryRollout({ run, options, release, objects, writer, weights });
  try {
    await rollOut(run, plan, { ...options, beforeStep });
    onRecord({ kind, outcome: 'promoted', steps });
  } catch (error) {
    onRecord({ kind, outcome: 'aborted', steps, cause: error instanceof Error ? error.message : String(error) });
    await abort();
    throw error;
  }
}

function canaryPlanOf({ strategy, prometheus }: ProgressiveRelease, timeoutSeconds: number): CanaryPlan {
  return {
    steps: stepsOf(strategy),
    gated: prometheus !== undefined,
    readySeconds: timeoutSeconds,
    metricsTimeoutSeconds: strategy.gate?.metricsTimeoutSeconds ?? defaultMetricsTimeoutSeconds,
    promoteSeconds: timeoutSeconds,
  };
}

const isSame = ({ object }: PlannedObject, other: KubeObject | undefined): boolean =>
  other !== undefined && refKey(refOf(object)) === refKey(refOf(other));

interface CanarySetup {
  readonly run: RolloutContext;
  readonly options: RolloutOptions;
  readonly release: ProgressiveRelease;
  readonly objects: CanaryObjects;
  readonly writer: PlanWriter;
  readonly weights: TrafficWeights;
}

function createCanaryRollout({ run, options, release, objects, writer, weights }: CanarySetup) {
  const { cluster, out } = run;
  const { strategy, names } = release;
  const canaryPlan = canaryPlanOf(release, options.deadline.seconds);
  const pods = new CanaryPods(run, writer, objects, release, options.expected);
  const steps: CanaryRun['steps'] = [];
  let state: CanaryState | undefined;
  let started = false;
  /** Pods of the stable release at the start. */
  let minReplicas: number | undefined;

  async function prepare(step: number): Promise<void> {
    const weight = canaryPlan.steps[step]?.weight ?? 0;
    const made = await pods.prepare(weight);
    out.step(`${strategy.kind}, step ${step + 1} of ${canaryPlan.steps.length}: ${pods.wanted} pod(s) for ${weight} % of the traffic`);
    if (step > 0) return;
    for (const object of made) options.onApplied(object);
    await options.onStep();
    minReplicas = numberAt(await cluster.get(refOf(objects.stable.object)), 'spec', 'replicas') ?? 1;
    if (objects.scaler) await writer.apply(withMinReplicas(objects.scaler.before, minReplicas));
  }

  /** Routes all traffic to the promoted release and deletes the canary. */
  async function finish(promoting: CanaryState): Promise<void> {
    const facts = { at: cluster.clock.ms(), pods: { state: 'healthy', why: '' }, promotion: { state: 'done', why: '' } } as const;
    state = nextTransition(canaryPlan, promoting, facts).state;
    out.step('all traffic to the stable release, which is the new one now');
    await weights.set(state.weight);
    if (objects.scaler) await writer.apply(objects.scaler.after);
    await pods.remove();
  }

  /** Before each step of the plan: runs the canary before the stable release changes, and deletes it afterwards. */
  async function beforeStep(_step: RolloutStep, plannedObjects: readonly PlannedObject[]): Promise<readonly PlannedObject[]> {
    if (!started) await pods.clear();
    started = true;
    if (plannedObjects.some((planned) => isSame(planned, objects.stable.object))) {
      state = await runCanary({ context: run, release, plan: canaryPlan, pods, weights, prepare, steps });
      out.step(`${label({ kind: 'Deployment', name: names.api })} is promoted with ${state.weight} % of the traffic on the canary`);
    } else if (state?.phase === 'promoting') await finish(state);
    const promoting = state?.phase === 'promoting';
    return plannedObjects.map((planned) =>
      promoting && isSame(planned, objects.scaler?.after) ? withMinimum(planned) : writer.current(planned),
    );
  }
  const withMinimum = (planned: PlannedObject): PlannedObject => ({
    ...writer.current(planned),
    action: 'update',
    object: withMinReplicas(planned.object, minReplicas ?? 1),
  });

  /** Routes all traffic to the stable release. The canary pods remain for evidence until the rollback deletes them. */
  async function abort(): Promise<void> {
    if (!started || state?.phase === 'done') return;
    // After the loss of the lock, changes of the new holder are not overwritten.
    const force = !run.signal.aborted;
    try {
      await weights.reset({ force });
      if (minReplicas !== undefined && objects.scaler) await writer.apply(objects.scaler.before, { force });
    } catch (error) {
      out.line(`the traffic could not be routed to the stable release: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return { beforeStep, abort, steps };
}

/** Field with the minimum number of pods, by kind of autoscaler. */
const minReplicasFields: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: 'minReplicas', ScaledObject: 'minReplicaCount' };

/**
 * Raises the minimum of an autoscaler: the stable release has less traffic during a canary, but must be able to take over all of it at once.
 */
function withMinReplicas(scaler: KubeObject, pods: number): KubeObject {
  const field = minReplicasFields[scaler.kind];
  if (field === undefined || !isRecord(scaler.spec)) return scaler;
  return { ...scaler, spec: { ...scaler.spec, [field]: Math.max(pods, numberAt(scaler, 'spec', field) ?? 1) } };
}
