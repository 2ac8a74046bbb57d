import { Failure } from '../../cli/failure.ts';
import { ApiError } from '../../cluster/api-error.ts';
import { apiErrorText } from '../../cluster/api-failure.ts';
import type { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, label } from '../../cluster/objects.ts';
import { blocksRollout, isReportedOnly } from '../judge/custom-resources.ts';
import type { Observation, Target } from '../judge/verdict.ts';
import { isWorkload, type RolloutStep } from '../plan/deploy-order.ts';
import type { OnRejected, PlannedObject, RolloutPlan } from '../plan/deploy-plan.ts';
import { awaitVerdict } from '../verify/await-verdict.ts';
import { causeFromVerdict, ReleaseFailed } from '../verify/failure-cause.ts';
import { withJobLogs } from '../verify/job-logs.ts';
import { currentProblems, targetsOf } from '../verify/observation.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { smokeFailureCause } from '../verify/smoke-failure-cause.ts';
import type { SmokeExpectation } from '../verify/smoke-test.ts';
import { soak } from '../verify/soak.ts';
import { applyPlanned } from './apply-object.ts';
import { deleteBrokenPods } from './statefulset-recovery.ts';

export interface RolloutOptions {
  /** Ends everything up to the last verdict. */
  readonly deadline: Deadline;
  /** Seconds without a restart after that. */
  readonly soakSeconds: number;
  /** Take fields from other managers, and ignore what moved: for bringing a release back. */
  readonly force: boolean;
  readonly expected: SmokeExpectation;
  /** Told of every object once it stands in the cluster. */
  readonly onApplied: (object: KubeObject) => void;
  /** Awaited after each step's objects stand: the moment to remember them. */
  readonly onStep: () => Promise<void>;
  /** Called for each object that the API server refuses, which is then skipped; not set: the first one makes the release bad. */
  readonly onRefused?: OnRejected;
  /** Awaited once everything is healthy, before the service is asked. */
  readonly beforeVerify?: () => Promise<void>;
  /** Awaited before each step's objects are applied; gives them as they are to be applied. The time it takes is its own. */
  readonly beforeStep?: (step: RolloutStep, objects: readonly PlannedObject[]) => Promise<readonly PlannedObject[]>;
}

/** Endpoints follow readiness within a moment; what is wrong after this stays wrong. */
const settleSeconds = 4;

/**
 * Applies a plan step by step, waits for the verdict on each step's workloads and on what operators make, then asks the service itself.
 * @throws {ReleaseFailed} when the release is not healthy; what was applied stays for the caller to take back
 */
export async function rollOut(unbounded: RolloutContext, plan: RolloutPlan, options: RolloutOptions): Promise<void> {
  const { deadline } = options;
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  let last: Observation | undefined;
  /** Workloads of the steps before: they must stay healthy while the rest is rolled out. */
  const healthy: Target[] = [];
  let since: Date | undefined;
  for (const { step, objects: planned } of plan.steps) {
    run.signal.throwIfAborted();
    const objects = (await deadline.paused(async () => options.beforeStep?.(step, planned))) ?? planned;
    const appliedAt = wholeSecond(run.cluster.now());
    const changed = objects.filter(({ action }) => action !== 'none');
    if (changed.length > 0)
      run.out.step(`${step.chart}: ${verbs[step.stage]} ${changed.map(({ object }) => label(refNames(object))).join(', ')}`);
    const applied: KubeObject[] = [];
    for (const planned of objects) {
      run.signal.throwIfAborted();
      const object = await applyOne(run, planned, options);
      if (object === undefined) continue;
      options.onApplied(object);
      if (options.force && object.kind === 'StatefulSet')
        for (const line of await deleteBrokenPods(run.cluster, object, run.signal)) run.out.line(line);
      if (mustBeHealthy(object, planned, options)) applied.push(object);
    }
    await options.onStep();
    const targets = targetsOf(applied);
    if (targets.length === 0) continue;
    since ??= appliedAt;
    const watched = {
      cluster: run.cluster,
      namespace: run.namespace,
      targets: [...healthy, ...targets],
      appliedAt: since,
      deadlineSeconds: Math.ceil((run.cluster.now().getTime() - since.getTime()) / 1000 + deadline.secondsLeft),
      ...(last?.previous && { previous: last.previous }),
    };
    const waiting = awaitVerdict(watched, deadline, run.signal, (waiting) => run.out.showPending(...waiting));
    const [job] = targets.filter(({ kind }) => kind === 'Job');
    const { verdict, observation } = await (job === undefined ? waiting : withJobLogs(run.cluster, job, run.out.line, waiting));
    if (verdict.state === 'failed') throw new ReleaseFailed(causeFromVerdict(verdict));
    run.out.showPending();
    for (const target of targets) run.out.line(`${label(target)} is healthy`);
    healthy.push(...targets.filter(({ kind }) => kind !== 'Job'));
    last = { ...observation, previous: verdict.memory };
  }
  await options.beforeVerify?.();
  await verifyService(run, options, last);
  await reportPendingResources(run, plan);
}

/**
 * A Job that is done stays done; all else must be healthy even where nothing changed. But what bringing a release back leaves to
 * operators as it is was there when that release served: a secret store that is away must not keep it from coming back.
 */
function mustBeHealthy(object: KubeObject, { action }: PlannedObject, { force }: RolloutOptions): boolean {
  if (blocksRollout(object)) return !force || action !== 'none';
  return isWorkload(object) && !(object.kind === 'Job' && action === 'none');
}

/** Tells what nobody waited for. A help: where it cannot be read, the release is none the worse. */
async function reportPendingResources({ cluster, namespace, out }: RolloutContext, plan: RolloutPlan): Promise<void> {
  const objects = plan.steps.flatMap(({ step }) => step.objects).filter(isReportedOnly);
  if (objects.length === 0) return;
  const problems = await currentProblems({ cluster, namespace, targets: targetsOf(objects), appliedAt: cluster.now() }).catch(() => []);
  for (const problem of problems) out.line(`${problem}; nobody waits for it`);
}

const verbs = { configure: 'configured', migrate: 'migrates by', run: 'runs' } as const;
const refNames = ({ kind, metadata: { name } }: KubeObject) => ({ kind, name });

/** Times in the API are cut to seconds: a condition of the very second of the apply is not older than it. */
const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Readiness is what pods say of themselves; this is what the service answers, and whether it lasts. */
async function verifyService(
  run: RolloutContext,
  { expected, soakSeconds, deadline }: RolloutOptions,
  last: Observation | undefined,
): Promise<void> {
  run.out.step('verify: ask the service itself');
  const askedAt = run.cluster.now();
  const result = await run.smoke(expected, { settleSeconds, deadline }, run.signal);
  if (!result.passed) throw new ReleaseFailed(await smokeFailureCause(run, expected, result, askedAt, last));
  run.out.line(`${result.endpoints} endpoint(s) answer, release ${result.releases.join(', ')}`);
  if (last !== undefined) await soak(run, last, soakSeconds, deadline);
}

/**
 * An apply that fails half way makes a bad release; before the first write it is a refusal, which deploy sees to.
 * @returns undefined when the API server refused the object and the rollout goes on without it
 */
async function applyOne(
  run: RolloutContext,
  planned: PlannedObject,
  { force, onRefused }: RolloutOptions,
): Promise<KubeObject | undefined> {
  try {
    return await applyPlanned(run.cluster, planned, force);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Failure)) throw error;
    if (onRefused !== undefined) {
      onRefused(planned.object, error);
      return undefined;
    }
    const line = `${label(refNames(planned.object))} could not be applied: ${apiErrorText(error)}`;
    throw new ReleaseFailed({ code: 'apply-failed', line, provedAt: run.cluster.now(), chain: [], others: [] }, { cause: error });
  }
}
