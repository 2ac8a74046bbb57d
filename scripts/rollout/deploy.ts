import { Failure } from '../cli/failure.ts';
import { assertUnmoved, inventoryItem } from './apply.ts';
import { digestOf } from './digest.ts';
import { lastGood, ownedObjects, type ReleaseRecord, readHistory, servesGood, writeRecord } from './history.ts';
import { holding, waitForLock } from './lock.ts';
import { refOf } from './objects.ts';
import type { DeployOptions } from './options.ts';
import { stepsOf } from './order.ts';
import { changesOf, type InventoryItem, makePlan, type Plan } from './plan.ts';
import { rollOutProgressively } from './progressive/progressive.ts';
import type { StrategyRecord } from './progressive/record.ts';
import { expectationOf } from './release.ts';
import { outcomeExitCodes, planLines, planText, type Report } from './report.ts';
import { assertRights } from './rights.ts';
import { prune } from './rollback.ts';
import type { Run } from './run.ts';
import { type MakeReport, takeBack } from './take-back.ts';
import { troubleFrom } from './trouble.ts';

/**
 * Plans, locks, migrates, applies, judges, verifies, records and prunes; takes everything back when the release is bad.
 * @throws {Failure} `refused` or `locked`: nothing of the release was written
 */
export async function deploy(run: Run, options: DeployOptions): Promise<Report> {
  const startMs = Date.now();
  await assertRights(run, options.charts);
  const seen = await look(run, options, startMs);
  const done = endOf(run, options, seen);
  if (done !== undefined) return done;
  options.milestones?.planned({ image: options.image, revision: nextRevision(seen.history), hash: digestOf(seen.changes) });
  const { lock, waited } = await waitForLock(run, options.actor, options.waitSeconds ?? 0);
  try {
    // Whoever was waited for has changed what the plan saw.
    const now = waited ? await look(run, options, startMs) : seen;
    const over = waited ? endOf(run, options, now) : undefined;
    return over ?? (await attempt(holding(run, lock), options, now));
  } finally {
    await lock.release();
  }
}

/** What a deploy knows before it writes: the releases before, what it would change, and how to report on that. */
interface Seen {
  readonly history: readonly ReleaseRecord[];
  readonly plan: Plan;
  readonly changes: Report['changes'];
  readonly report: MakeReport;
}

async function look(run: Run, options: DeployOptions, startMs: number): Promise<Seen> {
  const history = await readHistory(run.cluster, run.namespace);
  const plan = await makePlan(run.cluster, stepsOf(options.charts), ownedObjects(history));
  const changes = planLines(plan);
  const report: MakeReport = (outcome, state, more = {}, times = {}) => ({
    environment: options.environment,
    outcome,
    exitCode: outcomeExitCodes[outcome],
    image: options.image,
    changes,
    state,
    ...more,
    seconds: { total: secondsSince(startMs), ...times },
  });
  return { history, plan, changes, report };
}

/** Shows the plan; the report of a deploy that ends with it, because there is nothing to do or only the plan was wanted. */
function endOf(run: Run, { dryRun }: DeployOptions, { history, changes, report }: Seen): Report | undefined {
  const serving = lastGood(history)?.revision;
  if (changes.length === 0 && servesGood(history)) {
    return report('nothing-to-do', `nothing to change: revision ${serving} is what was asked for`, servingOf(serving));
  }
  if (changes.length > 0) {
    run.out.step(`plan: ${changes.length} change(s)`);
    run.out.line(planText(changes));
  }
  return dryRun ? report('planned', 'dry run: nothing was written', servingOf(serving)) : undefined;
}

const nextRevision = ([newest]: readonly ReleaseRecord[]): number => (newest?.revision ?? 0) + 1;
const servingOf = (revision: number | undefined) => (revision === undefined ? {} : { serving: revision });
const secondsSince = (startMs: number) => (Date.now() - startMs) / 1000;

async function attempt(run: Run, options: DeployOptions, { history, plan, ...seen }: Seen): Promise<Report> {
  let strategy: StrategyRecord | undefined;
  const remember = (record: StrategyRecord) => {
    strategy = record;
  };
  const report: MakeReport = (outcome, state, more, times) =>
    seen.report(outcome, state, { ...more, ...(strategy && { strategy }) }, times);
  options.milestones?.started();
  await assertPlanHolds(run, history, plan);
  await closeDeadRecord(run, history);
  const revision = nextRevision(history);
  const inventory: InventoryItem[] = [];
  const record = (outcome: ReleaseRecord['outcome'], cause = '') =>
    writeRecord(run.cluster, run.namespace, {
      revision,
      outcome,
      digest: digestOf(options.charts),
      image: options.image,
      createdAt,
      actor: options.actor,
      cause,
      inventory,
      charts: options.charts,
    });
  const createdAt = run.cluster.now().toISOString();
  await record('deploying');
  try {
    const beside = { release: options.progressive, good: lastGood(history)?.charts, onRecord: remember };
    await rollOutProgressively(run, plan, beside, {
      timeoutSeconds: options.timeoutSeconds,
      soakSeconds: options.soakSeconds,
      force: false,
      expected: expectationOf(options.charts, run.namespace),
      onApplied: (object) => inventory.push(inventoryItem(object)),
      onStep: () => record('deploying'),
    });
    await record('good');
    const left = await prune(run, plan.prune);
    if (left.length > 0) {
      inventory.push(...left);
      await record('good');
    }
    return report('deployed', `revision ${revision} serves`, { revision, serving: revision });
  } catch (error) {
    if (run.signal.aborted) {
      // Where the lock was lost the history is somebody else's to write.
      await record('interrupted', reasonOf(run.signal)).catch(() => {});
      const state = `${reasonOf(run.signal)}: revision ${revision} is partly applied and not verified; deploy again, or run leyenda rollback ${options.environment}`;
      return report('interrupted', state, { revision });
    }
    return await takeBack(run, options, {
      trouble: troubleFrom(error, run.cluster.now()),
      revision,
      inventory,
      good: lastGood(history),
      record,
      report,
    });
  }
}

const reasonOf = (signal: AbortSignal): string => (signal.reason instanceof Error ? signal.reason.message : 'interrupted');

/** Under the lock, before the first write: the cluster must be what the plan saw. */
async function assertPlanHolds(run: Run, history: readonly ReleaseRecord[], plan: Plan): Promise<void> {
  const [newest] = await readHistory(run.cluster, run.namespace);
  if (newest?.revision !== history[0]?.revision) {
    throw new Failure('refused', `revision ${newest?.revision} was deployed since the plan was made`, 'deploy again');
  }
  await Promise.all(changesOf(plan).map(async (planned) => assertUnmoved(planned, await run.cluster.get(refOf(planned.object)))));
}

/** Nobody holds the lock but us: what the newest record still calls deploying has died. */
async function closeDeadRecord(run: Run, [newest]: readonly ReleaseRecord[]): Promise<void> {
  if (newest?.outcome !== 'deploying') return;
  run.out.line(`revision ${newest.revision} was left half-way by a deploy that died`);
  await writeRecord(run.cluster, run.namespace, { ...newest, outcome: 'interrupted', cause: 'the deploy died' });
}
