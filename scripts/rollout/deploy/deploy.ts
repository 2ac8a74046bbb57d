import { Failure } from '../../cli/failure.ts';
import { type Clock, Deadline } from '../../cluster/clock.ts';
import { refOf } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { assertUnmoved } from '../apply/apply-object.ts';
import { prune } from '../apply/prune.ts';
import { rolloutSteps } from '../plan/deploy-order.ts';
import { changesOf, createPlan, type InventoryItem, inventoryItem, type RolloutPlan } from '../plan/deploy-plan.ts';
import { assertPermissions } from '../plan/permission-check.ts';
import { assertServerVersion } from '../plan/server-version.ts';
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
import { type DeployOptions, defaultTimeouts } from './deploy-options.ts';

/** Time limit for taking a free lock. */
const lockSeconds = 30;

/**
 * Plans, locks, migrates, applies, verifies, records and prunes; rolls back if the release fails. It ends within its timeout, the time
 * budget of a rollback, and some seconds for evidence and records, even if the API server is slow.
 * @throws {Failure} `rejected` or `locked` before the first write
 */
export async function deploy(context: RolloutContext, options: DeployOptions): Promise<DeployReport> {
  const { clock } = context.cluster;
  const startMs = clock.ms();
  const deadline = new Deadline(clock, options.timeoutSeconds ?? defaultTimeouts.update);
  const run = { ...context, cluster: context.cluster.withDeadline(deadline) };
  await assertServerVersion(run.cluster);
  await assertPermissions(run, options.charts);
  const planned = await planDeploy(run, options, startMs);
  const done = reportWithoutWrites(run, options, planned);
  if (done !== undefined) return done;
  options.milestones?.planned({ image: options.image, revision: nextRevision(planned.history), hash: digestOf(planned.changes) });
  const { lock, waited } = await lockFor(context, options, deadline);
  let report: DeployReport;
  try {
    // Another deploy may have changed the cluster since the plan.
    const now = waited ? await planDeploy(run, options, startMs) : planned;
    const ended = waited ? reportWithoutWrites(run, options, now) : undefined;
    report = ended ?? (await attempt(withDeployLock(context, lock), deadline, options, now));
  } finally {
    await lock.release();
  }
  return { ...report, calls: run.cluster.requestCount() };
}

/** The wait for another deploy does not count towards the deadline. */
async function lockFor(run: RolloutContext, { actor, waitSeconds = 0 }: DeployOptions, deadline: Deadline) {
  const { cluster } = run;
  const end = new Deadline(cluster.clock, waitSeconds + Math.min(lockSeconds, deadline.secondsLeft));
  const wait = () => waitForDeployLock({ ...run, cluster: cluster.withDeadline(end) }, actor, waitSeconds);
  return waitSeconds > 0 ? deadline.paused(wait) : wait();
}

/** State before the first write: history, plan and report. */
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

/** Prints the plan. Returns a report if the deploy ends here, because there are no changes or for a dry run. */
function reportWithoutWrites(
  run: RolloutContext,
  { dryRun }: DeployOptions,
  { history, changes, report }: PlannedDeploy,
): DeployReport | undefined {
  const serving = lastGood(history)?.revision;
  if (changes.length === 0 && isServingLastGood(history)) {
    return report('nothing-to-do', `no changes: revision ${serving} is deployed already`, servingField(serving));
  }
  if (changes.length > 0) {
    run.out.step(`plan: ${changes.length} change(s)`);
    run.out.line(planText(changes));
  }
  return dryRun ? report('planned', 'dry run: nothing was written', servingField(serving)) : undefined;
}

const nextRevision = ([newest]: readonly ReleaseRecord[]): number => (newest?.revision ?? 0) + 1;
const servingField = (revision: number | undefined) => (revision === undefined ? {} : { serving: revision });

const storeKinds = ['Cluster', 'StatefulSet'];
const createsStore = ({ steps }: RolloutPlan): boolean =>
  steps.some(({ objects }) => objects.some(({ action, object }) => action === 'create' && storeKinds.includes(object.kind)));

/** Time limit for a record after the deadline of the deploy. */
const recordSeconds = 10;

async function attempt(
  context: RolloutContext,
  deadline: Deadline,
  options: DeployOptions,
  { history, plan, ...planned }: PlannedDeploy,
): Promise<DeployReport> {
  const { clock } = context.cluster;
  if (options.timeoutSeconds === undefined && createsStore(plan)) deadline.extendTo(defaultTimeouts.createStore);
  const run = { ...context, cluster: context.cluster.withDeadline(deadline) };
  let strategy: StrategyRecord | undefined;
  const onRecord = (record: StrategyRecord) => {
    strategy = record;
  };
  const report: CreateReport = (outcome, state, more, times) =>
    planned.report(outcome, state, { ...more, ...(strategy && { strategy }) }, times);
  options.milestones?.started();
  await assertPlanHolds(run, history, plan);
  await closeAbandonedRecord(run, history);
  const revision = nextRevision(history);
  const inventory: InventoryItem[] = [];
  const record = createRecorder(context, options, revision, inventory);
  /** Leaves time for a record after the deadline. */
  const recordDeadline = (): Deadline => new Deadline(clock, Math.max(recordSeconds, deadline.secondsLeft));
  await recordStart(record, deadline, clock);
  // Objects of earlier releases. Those that receive traffic of the service are deleted before the smoke test, the others after it.
  let pending = plan.prune;
  try {
    const progressive = { release: options.progressive, good: lastGood(history)?.charts, onRecord };
    await rollOutProgressively(context, plan, progressive, {
      deadline,
      soakSeconds: options.soakSeconds,
      force: false,
      expected: smokeExpectation(options.charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: () => record('deploying', deadline),
      beforeVerify: async () => {
        const receivers = await workloadsBehindServices(run.cluster, options.charts, pending);
        const left = await prune(run, receivers);
        pending = pending.filter((item) => left.includes(item) || !receivers.includes(item));
      },
    });
  } catch (error) {
    if (run.signal.aborted) {
      // If the lock was lost, the history belongs to the new holder.
      await record('interrupted', new Deadline(clock, recordSeconds), reasonOf(run.signal)).catch(() => {});
      const state = `${reasonOf(run.signal)}: revision ${revision} is partly applied and not verified; deploy again, or run leyenda rollback ${options.environment}`;
      return report('interrupted', state, { revision });
    }
    const failure = causeFromError(error, run.cluster.now());
    return await rollBackAutomatically(context, options, { failure, revision, inventory, good: lastGood(history), record, report });
  }
  const recordGood = () => record('good', recordDeadline());
  try {
    await recordGood();
  } catch (error) {
    const state = `revision ${revision} is deployed and verified, but could not be recorded (${messageOf(error)}); deploy again`;
    return report('interrupted', state, { revision });
  }
  await pruneAfter({ ...context, cluster: context.cluster.withDeadline(recordDeadline()) }, pending, inventory, recordGood);
  return report('deployed', `revision ${revision} is deployed`, { revision, serving: revision });
}

/** Records the start. If there is no response, the API server may have written it: then it is recorded as interrupted. */
async function recordStart(record: WriteRecord, deadline: Deadline, clock: Clock): Promise<void> {
  await record('deploying', deadline).catch(async (error: unknown) => {
    await record('interrupted', new Deadline(clock, recordSeconds), messageOf(error)).catch(() => {});
    throw error;
  });
}

/** Writes the record of a revision with the current inventory. */
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

/** Objects that cannot be deleted stay in the inventory, so that the next release retries. */
async function pruneAfter(
  run: RolloutContext,
  items: readonly InventoryItem[],
  inventory: InventoryItem[],
  record: () => Promise<void>,
): Promise<void> {
  const left = await prune(run, items);
  if (left.length === 0) return;
  inventory.push(...left);
  await record().catch((error: unknown) => run.out.line(`the objects that could not be deleted are not recorded: ${messageOf(error)}`));
}

const reasonOf = (signal: AbortSignal): string => (signal.reason instanceof Error ? signal.reason.message : 'interrupted');

/** Under the lock, before the first write: checks that the cluster has not changed since the plan. */
async function assertPlanHolds(run: RolloutContext, history: readonly ReleaseRecord[], plan: RolloutPlan): Promise<void> {
  const [newest] = await readHistory(run.cluster, run.namespace);
  if (newest?.revision !== history[0]?.revision) {
    throw new Failure('rejected', `revision ${newest?.revision} was deployed since the plan was made`, 'deploy again');
  }
  await Promise.all(changesOf(plan).map(async (planned) => assertUnmoved(planned, await run.cluster.get(refOf(planned.object)))));
}

/** This deploy holds the lock: a record that is still `deploying` belongs to a deploy that died. */
async function closeAbandonedRecord(run: RolloutContext, [newest]: readonly ReleaseRecord[]): Promise<void> {
  if (newest?.outcome !== 'deploying') return;
  run.out.line(`revision ${newest.revision} was abandoned by a deploy that died`);
  await writeRecord(run.cluster, run.namespace, { ...newest, outcome: 'interrupted', cause: 'the deploy died' });
}
