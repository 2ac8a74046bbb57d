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
  /** Ends the rollout, without the soak. */
  readonly deadline: Deadline;
  /** Seconds without a restart after the rollout. */
  readonly soakSeconds: number;
  /** Takes over fields from other managers and ignores changes since the plan; for a rollback. */
  readonly force: boolean;
  readonly expected: SmokeExpectation;
  /** Called for every applied object. */
  readonly onApplied: (object: KubeObject) => void;
  /** Awaited after the objects of each step are applied, to record them. */
  readonly onStep: () => Promise<void>;
  /** Called for each rejected object, which is then skipped. If not set, the first rejection fails the release. */
  readonly onRejected?: OnRejected;
  /** Awaited when all workloads are healthy, before the smoke test. */
  readonly beforeVerify?: () => Promise<void>;
  /** Awaited before each step; returns the objects to apply. Its duration does not count. */
  readonly beforeStep?: (step: RolloutStep, objects: readonly PlannedObject[]) => Promise<readonly PlannedObject[]>;
}

/** Endpoints follow readiness within this time; later failures are final. */
const settleSeconds = 4;

/**
 * Applies a plan step by step, waits for the verdict on the workloads and custom resources of each step, then tests the service.
 * @throws {ReleaseFailed} if the release is not healthy; the caller rolls back
 */
export async function rollOut(unbounded: RolloutContext, plan: RolloutPlan, options: RolloutOptions): Promise<void> {
  const { deadline } = options;
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  let last: Observation | undefined;
  /** Workloads of the earlier steps: they must stay healthy during the rest of the rollout. */
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
 * Everything must be healthy even without changes, except completed Jobs, and except custom resources that a rollback does not change: an
 * unavailable secret store must not prevent a rollback.
 */
function mustBeHealthy(object: KubeObject, { action }: PlannedObject, { force }: RolloutOptions): boolean {
  if (blocksRollout(object)) return !force || action !== 'none';
  return isWorkload(object) && !(object.kind === 'Job' && action === 'none');
}

/** Reports custom resources that are pending but do not block the rollout. Read errors are ignored. */
async function reportPendingResources({ cluster, namespace, out }: RolloutContext, plan: RolloutPlan): Promise<void> {
  const objects = plan.steps.flatMap(({ step }) => step.objects).filter(isReportedOnly);
  if (objects.length === 0) return;
  const problems = await currentProblems({ cluster, namespace, targets: targetsOf(objects), appliedAt: cluster.now() }).catch(() => []);
  for (const problem of problems) out.line(`${problem}; the rollout does not wait for it`);
}

const verbs = { configure: 'apply', migrate: 'migrate with', run: 'roll out' } as const;
const refNames = ({ kind, metadata: { name } }: KubeObject) => ({ kind, name });

/** API timestamps have whole seconds: a condition in the second of the apply is not older than it. */
const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Pods report their own readiness; this checks the responses of the service, and that it stays healthy. */
async function verifyService(
  run: RolloutContext,
  { expected, soakSeconds, deadline }: RolloutOptions,
  last: Observation | undefined,
): Promise<void> {
  run.out.step('verify: smoke test');
  const startedAt = run.cluster.now();
  const result = await run.smoke(expected, { settleSeconds, deadline }, run.signal);
  if (!result.passed) throw new ReleaseFailed(await smokeFailureCause(run, expected, result, startedAt, last));
  run.out.line(`${result.endpoints} endpoint(s) respond, release ${result.releases.join(', ')}`);
  if (last !== undefined) await soak(run, last, soakSeconds, deadline);
}

/**
 * A failed apply fails the release, because earlier objects are already applied.
 * @returns undefined if the API server rejected the object and the rollout continues without it
 */
async function applyOne(
  run: RolloutContext,
  planned: PlannedObject,
  { force, onRejected }: RolloutOptions,
): Promise<KubeObject | undefined> {
  try {
    return await applyPlanned(run.cluster, planned, force);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Failure)) throw error;
    if (onRejected !== undefined) {
      onRejected(planned.object, error);
      return undefined;
    }
    const line = `${label(refNames(planned.object))} could not be applied: ${apiErrorText(error)}`;
    throw new ReleaseFailed({ code: 'apply-failed', line, provedAt: run.cluster.now(), chain: [], others: [] }, { cause: error });
  }
}
