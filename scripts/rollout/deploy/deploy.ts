import { Failure } from '../../cli/failure.ts';
import { Deadline } from '../../cluster/clock.ts';
import { refOf } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { assertUnmoved } from '../apply/apply-object.ts';
import { prune } from '../apply/prune.ts';
import { rolloutSteps } from '../plan/deploy-order.ts';
import { changesOf, createPlan, type InventoryItem, inventoryItem, type RolloutPlan } from '../plan/deploy-plan.ts';
import { assertPermissions } from '../plan/permission-check.ts';
import { rollOutProgressively } from '../progressive/progressive-rollout.ts';
import type { StrategyRecord } from '../progressive/strategy-record.ts';
import { waitForDeployLock, withDeployLock } from '../record/deploy-lock.ts';
import { isServingLastGood, lastGood, prunableInventory, type ReleaseRecord, readHistory, writeRecord } from '../record/release-history.ts';
import { type DeployReport, outcomeExitCodes, planLines, planText } from '../report/deploy-report.ts';
import { workloadsBehindServices } from '../status/foreign-pods.ts';
import { causeFromError, messageOf } from '../verify/failure-cause.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { smokeExpectation } from '../verify/smoke-expectation.ts';
import { type CreateReport, rollBackAutomatically, type WriteRecord } from './automatic-rollback.ts';
import type { DeployOptions } from './deploy-options.ts';

/** Longest time for taking a free lock. */
const lockSeconds = 30;

/**
 * Plans, locks, migrates, applies, judges, verifies, records and prunes; rolls back when the release is bad. It ends within
 * `timeoutSeconds` and the time budget of a rollback, and some seconds for evidence and records, however slow the API server is.
 * @throws {Failure} `rejected` or `locked`: nothing of the release was written
 */
export async function deploy(unbounded: RolloutContext, options: DeployOptions): Promise<DeployReport> {
  const { clock } = unbounded.cluster;
  const startMs = clock.ms();
  const deadline = new Deadline(clock, options.timeoutSeconds);
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  await assertPermissions(run, options.charts);
  const seen = await planDeploy(run, options, startMs);
  const done = reportWithoutWrites(run, options, seen);
  if (done !== undefined) return done;
  options.milestones?.planned({ image: options.image, revision: nextRevision(seen.history), hash: digestOf(seen.changes) });
  const { lock, waited } = await lockFor(unbounded, options, deadline);
  let report: DeployReport;
  try {
    // Another deploy may have changed what the plan saw.
    const now = waited ? await planDeploy(run, options, startMs) : seen;
    const over = waited ? reportWithoutWrites(run, options, now) : undefined;
    report = over ?? (await attempt(withDeployLock(unbounded, lock), deadline, options, now));
  } finally {
    await lock.release();
  }
  return { ...report, calls: run.cluster.requestCount() };
}

/** Waiting for another deploy does not count: only who asks for it waits. */
async function lockFor(run: RolloutContext, { actor, waitSeconds = 0 }: DeployOptions, deadline: Deadline) {
  const { cluster } = run;
  const end = new Deadline(cluster.clock, waitSeconds + Math.min(lockSeconds, deadline.secondsLeft));
  const wait = () => waitForDeployLock({ ...run, cluster: cluster.withDeadline(end) }, actor, waitSeconds);
  return waitSeconds > 0 ? deadline.paused(wait) : wait();
}

/** What a deploy knows before it writes: the releases before, what it would change, and how to report on that. */
interface PlannedDeploy {
  readonly history: readonly ReleaseRecord[];
  readonly plan: RolloutPlan;
  readonly changes: DeployReport['changes'];
  readonly report: CreateReport;
}

async function planDeploy(run: RolloutContext, options: DeployOptions, startMs: number): Promise<PlannedDeploy> {
  const history = await readHistory(run.cluster, run.namespace);
  const plan = await createPlan(run.cluster, rolloutSteps(options.charts), prunableInventory(history));
  const changes = planLines(plan);
  const report: CreateReport = (outcome, state, more = {}, times = {}) => ({
    environment: options.environment,
    outcome,
    exitCode: outcomeExitCodes[outcome],
    image: options.image,
    changes,
    state,
    ...more,
    seconds: { total: (run.cluster.clock.ms() - startMs) / 1000, ...times },
    calls: run.cluster.requestCount(),
  });
  return { history, plan, changes, report };
}

/** Shows the plan; the report of a deploy that ends with it, because there is nothing to do or only the plan was wanted. */
function reportWithoutWrites(
  run: RolloutContext,
  { dryRun }: DeployOptions,
  { history, changes, report }: PlannedDeploy,
): DeployReport | undefined {
  const serving = lastGood(history)?.revision;
  if (changes.length === 0 && isServingLastGood(history)) {
    return report('nothing-to-do', `nothing to change: revision ${serving} is what was asked for`, servingField(serving));
  }
  if (changes.length > 0) {
    run.out.step(`plan: ${changes.length} change(s)`);
    run.out.line(planText(changes));
  }
  return dryRun ? report('planned', 'dry run: nothing was written', servingField(serving)) : undefined;
}

const nextRevision = ([newest]: readonly ReleaseRecord[]): number => (newest?.revision ?? 0) + 1;
const servingField = (revision: number | undefined) => (revision === undefined ? {} : { serving: revision });

/** Longest time for a record that must be written after the time of the deploy itself is over. */
const recordSeconds = 10;

async function attempt(
  unbounded: RolloutContext,
  deadline: Deadline,
  options: DeployOptions,
  { history, plan, ...seen }: PlannedDeploy,
): Promise<DeployReport> {
  const { clock } = unbounded.cluster;
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  let strategy: StrategyRecord | undefined;
  const remember = (record: StrategyRecord) => {
    strategy = record;
  };
  const report: CreateReport = (outcome, state, more, times) =>
    seen.report(outcome, state, { ...more, ...(strategy && { strategy }) }, times);
  options.milestones?.started();
  await assertPlanHolds(run, history, plan);
  await closeAbandonedRecord(run, history);
  const revision = nextRevision(history);
  const inventory: InventoryItem[] = [];
  const record = createRecorder(unbounded, options, revision, inventory);
  /** A record for which there is time even when the deadline is over. */
  const soon = (): Deadline => new Deadline(clock, Math.max(recordSeconds, deadline.secondsLeft));
  await record('deploying', deadline).catch(async (error: unknown) => {
    // The server may have written it although no answer came.
    await record('interrupted', new Deadline(clock, recordSeconds), messageOf(error)).catch(() => {});
    throw error;
  });
  // Objects of earlier releases. Those that would answer the callers go before the service is asked, the others after it.
  let pending = plan.prune;
  try {
    const beside = { release: options.progressive, good: lastGood(history)?.charts, onRecord: remember };
    await rollOutProgressively(unbounded, plan, beside, {
      deadline,
      soakSeconds: options.soakSeconds,
      force: false,
      expected: smokeExpectation(options.charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: () => record('deploying', deadline),
      beforeVerify: async () => {
        const takers = await workloadsBehindServices(run.cluster, options.charts, pending);
        const left = await prune(run, takers);
        pending = pending.filter((item) => left.includes(item) || !takers.includes(item));
      },
    });
  } catch (error) {
    if (run.signal.aborted) {
      // If the lock was lost, the history belongs to the new holder.
      await record('interrupted', new Deadline(clock, recordSeconds), reasonOf(run.signal)).catch(() => {});
      const state = `${reasonOf(run.signal)}: revision ${revision} is partly applied and not verified; deploy again, or run leyenda rollback ${options.environment}`;
      return report('interrupted', state, { revision });
    }
    const trouble = causeFromError(error, run.cluster.now());
    return await rollBackAutomatically(unbounded, options, { trouble, revision, inventory, good: lastGood(history), record, report });
  }
  try {
    await record('good', soon());
  } catch (error) {
    const state = `revision ${revision} serves and was verified, but could not be recorded (${messageOf(error)}); deploy again`;
    return report('interrupted', state, { revision });
  }
  await pruneAfter({ ...unbounded, cluster: unbounded.cluster.withDeadline(soon()) }, pending, inventory, () => record('good', soon()));
  return report('deployed', `revision ${revision} serves`, { revision, serving: revision });
}

/** Writes the record of a revision, with the inventory as it is then. */
function createRecorder(
  { cluster, namespace, owner }: RolloutContext,
  options: DeployOptions,
  revision: number,
  inventory: readonly InventoryItem[],
): WriteRecord {
  const { charts, image, actor } = options;
  const createdAt = cluster.now().toISOString();
  const digest = digestOf(charts);
  return (outcome, end, cause = '') =>
    writeRecord(cluster.withDeadline(end), namespace, {
      revision,
      owner,
      outcome,
      digest,
      image,
      createdAt,
      actor,
      cause,
      inventory,
      charts,
    });
}

/** What is not removed stays in the inventory, so that the next release tries again; a healthy release is not bad for that. */
async function pruneAfter(
  run: RolloutContext,
  items: readonly InventoryItem[],
  inventory: InventoryItem[],
  record: () => Promise<void>,
): Promise<void> {
  const left = await prune(run, items);
  if (left.length === 0) return;
  inventory.push(...left);
  await record().catch((error: unknown) => run.out.line(`what could not be removed is not recorded: ${messageOf(error)}`));
}

const reasonOf = (signal: AbortSignal): string => (signal.reason instanceof Error ? signal.reason.message : 'interrupted');

/** Under the lock, before the first write: the cluster must be what the plan saw. */
async function assertPlanHolds(run: RolloutContext, history: readonly ReleaseRecord[], plan: RolloutPlan): Promise<void> {
  const [newest] = await readHistory(run.cluster, run.namespace);
  if (newest?.revision !== history[0]?.revision) {
    throw new Failure('rejected', `revision ${newest?.revision} was deployed since the plan was made`, 'deploy again');
  }
  await Promise.all(changesOf(plan).map(async (planned) => assertUnmoved(planned, await run.cluster.get(refOf(planned.object)))));
}

/** Nobody holds the lock but us: what the newest record still calls deploying has died. */
async function closeAbandonedRecord(run: RolloutContext, [newest]: readonly ReleaseRecord[]): Promise<void> {
  if (newest?.outcome !== 'deploying') return;
  run.out.line(`revision ${newest.revision} was left half-way by a deploy that died`);
  await writeRecord(run.cluster, run.namespace, { ...newest, outcome: 'interrupted', cause: 'the deploy died' });
}
