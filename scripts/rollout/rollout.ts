import { Failure } from '../cli/failure.ts';
import { ApiError, refusalText } from './api-error.ts';
import { applyPlanned } from './apply.ts';
import type { Deadline } from './clock.ts';
import { isAwaited, isReported, type Observation, type Target } from './judge/index.ts';
import { withJobLogs } from './migrate.ts';
import { type KubeObject, label } from './objects.ts';
import { isWorkload, type Step } from './order.ts';
import type { OnRefused, Plan, PlannedObject } from './plan.ts';
import type { Run } from './run.ts';
import type { Expectation } from './smoke.ts';
import { causeOfSmoke } from './smoke-cause.ts';
import { soak } from './soak.ts';
import { BadRelease, troubleOf } from './trouble.ts';
import { removeBrokenPods } from './unblock.ts';
import { awaitVerdict, problemsNow, targetsOf } from './watch.ts';

export interface RolloutOptions {
  /** Ends everything up to the last verdict. */
  readonly deadline: Deadline;
  /** Seconds without a restart after that. */
  readonly soakSeconds: number;
  /** Take fields from other managers, and ignore what moved: for bringing a release back. */
  readonly force: boolean;
  readonly expected: Expectation;
  /** Told of every object once it stands in the cluster. */
  readonly onApplied: (object: KubeObject) => void;
  /** Awaited after each step's objects stand: the moment to remember them. */
  readonly onStep: () => Promise<void>;
  /** Called for each object that the API server refuses, which is then skipped; not set: the first one makes the release bad. */
  readonly onRefused?: OnRefused;
  /** Awaited once everything is healthy, before the service is asked. */
  readonly beforeVerify?: () => Promise<void>;
  /** Awaited before each step's objects are applied; gives them as they are to be applied. The time it takes is its own. */
  readonly before?: (step: Step, objects: readonly PlannedObject[]) => Promise<readonly PlannedObject[]>;
}

/** Endpoints follow readiness within a moment; what is wrong after this stays wrong. */
const settleSeconds = 4;

/**
 * Applies a plan step by step, waits for the verdict on each step's workloads and on what operators make, then asks the service itself.
 * @throws {BadRelease} when the release is not healthy; what was applied stays for the caller to take back
 */
export async function rollOut(unbounded: Run, plan: Plan, options: RolloutOptions): Promise<void> {
  const { deadline } = options;
  const run = { ...unbounded, cluster: unbounded.cluster.until(deadline) };
  let last: Observation | undefined;
  /** Workloads of the steps before: they must stay healthy while the rest is rolled out. */
  const healthy: Target[] = [];
  let since: Date | undefined;
  for (const { step, objects: planned } of plan.steps) {
    run.signal.throwIfAborted();
    const objects = (await deadline.paused(async () => options.before?.(step, planned))) ?? planned;
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
        for (const line of await removeBrokenPods(run.cluster, object, run.signal)) run.out.line(line);
      if (isJudged(object, planned, options)) applied.push(object);
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
    if (verdict.state === 'failed') throw new BadRelease(troubleOf(verdict));
    run.out.showPending();
    for (const target of targets) run.out.line(`${label(target)} is healthy`);
    healthy.push(...targets.filter(({ kind }) => kind !== 'Job'));
    last = { ...observation, previous: verdict.memory };
  }
  await options.beforeVerify?.();
  await confirm(run, options, last);
  await reportUnmade(run, plan);
}

/**
 * A Job that is done stays done; all else must be healthy even where nothing changed. But what bringing a release back leaves to
 * operators as it is was there when that release served: a secret store that is away must not keep it from coming back.
 */
function isJudged(object: KubeObject, { action }: PlannedObject, { force }: RolloutOptions): boolean {
  if (isAwaited(object)) return !force || action !== 'none';
  return isWorkload(object) && !(object.kind === 'Job' && action === 'none');
}

/** Tells what nobody waited for. A help: where it cannot be read, the release is none the worse. */
async function reportUnmade({ cluster, namespace, out }: Run, plan: Plan): Promise<void> {
  const objects = plan.steps.flatMap(({ step }) => step.objects).filter(isReported);
  if (objects.length === 0) return;
  const problems = await problemsNow({ cluster, namespace, targets: targetsOf(objects), appliedAt: cluster.now() }).catch(() => []);
  for (const problem of problems) out.line(`${problem}; nobody waits for it`);
}

const verbs = { configure: 'configured', migrate: 'migrates by', run: 'runs' } as const;
const refNames = ({ kind, metadata: { name } }: KubeObject) => ({ kind, name });

/** Times in the API are cut to seconds: a condition of the very second of the apply is not older than it. */
const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Readiness is what pods say of themselves; this is what the service answers, and whether it lasts. */
async function confirm(run: Run, { expected, soakSeconds, deadline }: RolloutOptions, last: Observation | undefined): Promise<void> {
  run.out.step('verify: ask the service itself');
  const askedAt = run.cluster.now();
  const result = await run.smoke(expected, { settleSeconds, deadline }, run.signal);
  if (!result.passed) throw new BadRelease(await causeOfSmoke(run, expected, result, askedAt, last));
  run.out.line(`${result.endpoints} endpoint(s) answer, release ${result.releases.join(', ')}`);
  if (last !== undefined) await soak(run, last, soakSeconds, deadline);
}

/**
 * An apply that fails half way makes a bad release; before the first write it is a refusal, which deploy sees to.
 * @returns undefined when the API server refused the object and the rollout goes on without it
 */
async function applyOne(run: Run, planned: PlannedObject, { force, onRefused }: RolloutOptions): Promise<KubeObject | undefined> {
  try {
    return await applyPlanned(run.cluster, planned, force);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Failure)) throw error;
    if (onRefused !== undefined) {
      onRefused(planned.object, error);
      return undefined;
    }
    const line = `${label(refNames(planned.object))} could not be applied: ${refusalText(error)}`;
    throw new BadRelease({ code: 'apply-failed', line, provedAt: run.cluster.now(), chain: [], others: [] }, { cause: error });
  }
}
