import { Failure } from '../cli/failure.ts';
import { assertUnmoved, inventoryItem } from './apply.ts';
import { digestOf } from './digest.ts';
import { collectEvidence, type Evidence, evidenceText } from './evidence.ts';
import { lastGood, ownedObjects, type ReleaseRecord, readHistory, servesGood, writeRecord } from './history.ts';
import { acquireLock } from './lock.ts';
import { refOf } from './objects.ts';
import { type Chart, stepsOf } from './order.ts';
import { changesOf, type InventoryItem, makePlan, type Plan } from './plan.ts';
import { expectationOf } from './release.ts';
import { outcomeExitCodes, planLines, planText, type Report } from './report.ts';
import { bringBack, prune } from './rollback.ts';
import { rollOut } from './rollout.ts';
import type { Run } from './run.ts';
import { type Trouble, troubleFrom } from './trouble.ts';

export interface DeployOptions {
  readonly environment: string;
  readonly image: string;
  readonly charts: readonly Chart[];
  readonly actor: string;
  readonly timeoutSeconds: number;
  readonly soakSeconds: number;
  readonly dryRun: boolean;
  readonly rollback: boolean;
  /** Told of the evidence of a failure, before anything is taken back. */
  readonly onEvidence: (evidence: Evidence) => Promise<void>;
}

/**
 * Plans, locks, migrates, applies, judges, verifies, records and prunes; takes everything back when the release is bad.
 * @throws {Failure} `refused` or `locked`: nothing of the release was written
 */
export async function deploy(run: Run, options: DeployOptions): Promise<Report> {
  const startMs = Date.now();
  const history = await readHistory(run.cluster, run.namespace);
  const plan = await makePlan(run.cluster, stepsOf(options.charts), ownedObjects(history));
  const changes = planLines(plan);
  const report = (
    outcome: Report['outcome'],
    state: string,
    more: Partial<Report> = {},
    times: Partial<Report['seconds']> = {},
  ): Report => ({
    environment: options.environment,
    outcome,
    exitCode: outcomeExitCodes[outcome],
    image: options.image,
    changes,
    state,
    ...more,
    seconds: { total: secondsSince(startMs), ...times },
  });

  const serving = lastGood(history)?.revision;
  if (changes.length === 0 && servesGood(history)) {
    return report('nothing-to-do', `nothing to change: revision ${serving} is what was asked for`, servingOf(serving));
  }
  if (changes.length > 0) run.out.line(planText(changes));
  if (options.dryRun) return report('planned', 'dry run: nothing was written', servingOf(serving));

  const lock = await acquireLock(run.cluster, run.namespace, options.actor);
  try {
    return await attempt({ ...run, signal: AbortSignal.any([run.signal, lock.lost]) }, options, history, plan, report);
  } finally {
    await lock.release();
  }
}

type MakeReport = (outcome: Report['outcome'], state: string, more?: Partial<Report>, times?: Partial<Report['seconds']>) => Report;

const servingOf = (revision: number | undefined) => (revision === undefined ? {} : { serving: revision });
const secondsSince = (startMs: number) => (Date.now() - startMs) / 1000;

async function attempt(
  run: Run,
  options: DeployOptions,
  history: readonly ReleaseRecord[],
  plan: Plan,
  report: MakeReport,
): Promise<Report> {
  await assertPlanHolds(run, history, plan);
  await closeDeadRecord(run, history);
  const revision = (history[0]?.revision ?? 0) + 1;
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
    await rollOut(run, plan, {
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
      await record('interrupted', reasonOf(run.signal));
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

interface Bad {
  readonly trouble: Trouble;
  readonly revision: number;
  readonly inventory: readonly InventoryItem[];
  readonly good: ReleaseRecord | undefined;
  readonly record: (outcome: ReleaseRecord['outcome'], cause?: string) => Promise<void>;
  readonly report: MakeReport;
}

const leastRollbackSeconds = 120;

/** Evidence first; then everything that the release changed goes back to the last good one, within a time budget of its own. */
async function takeBack(run: Run, options: DeployOptions, { trouble, revision, inventory, good, record, report }: Bad): Promise<Report> {
  const verdictAt = run.cluster.now();
  const toVerdict = Math.max(0, (verdictAt.getTime() - trouble.provedAt.getTime()) / 1000);
  run.out.line(`revision ${revision} is bad`);
  const evidence = await collectEvidence(run.cluster, run.namespace, trouble);
  run.out.line(evidenceText(evidence));
  await options.onEvidence(evidence);
  await record('failed', evidence.cause);

  if (!options.rollback || good === undefined) {
    const why = options.rollback ? 'there is no good release to go back to' : 'as --no-rollback asks';
    return report('failed', `revision ${revision} is bad and left in place: ${why}`, { revision, evidence }, { toVerdict });
  }
  run.out.line(`bringing revision ${good.revision} back`);
  const budgetSeconds = Math.max(leastRollbackSeconds, options.timeoutSeconds);
  try {
    await bringBack(run, good.charts, inventory, { budgetSeconds, soakSeconds: 0 });
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    const state = `revision ${revision} is bad and bringing revision ${good.revision} back failed: ${why}`;
    return report('rollback-failed', state, { revision, evidence }, { toVerdict });
  }
  await record('rolled-back', evidence.cause);
  const toRestored = (run.cluster.now().getTime() - verdictAt.getTime()) / 1000;
  const state = `revision ${revision} was bad; revision ${good.revision} is back and verified`;
  return report('rolled-back', state, { revision, serving: good.revision, evidence }, { toVerdict, toRestored });
}
