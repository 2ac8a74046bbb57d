import { Deadline } from '../../cluster/clock.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';
import type { ReleaseRecord } from '../record/release-history.ts';
import type { DeployReport } from '../report/deploy-report.ts';
import { reapplyRelease } from '../rollback/reapply.ts';
import { schemaConflict } from '../rollback/schema-compatibility.ts';
import { collectEvidence, evidenceText } from '../verify/evidence.ts';
import { type FailureCause, messageOf } from '../verify/failure-cause.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import type { DeployOptions } from './deploy-options.ts';

export type CreateReport = (
  outcome: DeployReport['outcome'],
  state: string,
  more?: Partial<DeployReport>,
  times?: Partial<DeployReport['seconds']>,
) => DeployReport;

/** Writes the record of the release; @throws when that takes longer than the deadline allows */
export type WriteRecord = (outcome: ReleaseRecord['outcome'], deadline: Deadline, cause?: string) => Promise<void>;

interface FailedRelease {
  readonly trouble: FailureCause;
  readonly revision: number;
  readonly inventory: readonly InventoryItem[];
  readonly good: ReleaseRecord | undefined;
  readonly record: WriteRecord;
  readonly report: CreateReport;
}

const leastRollbackSeconds = 120;
const evidenceSeconds = 8;
const recordSeconds = 5;

/**
 * Evidence first; then everything that the release changed goes back to the last good one, within a time budget of its own. The rollback
 * does not depend on the records: what cannot be written is said in the report.
 */
export async function rollBackAutomatically(run: RolloutContext, options: DeployOptions, bad: FailedRelease): Promise<DeployReport> {
  const { trouble, revision, good, report } = bad;
  const { clock } = run.cluster;
  const verdictAt = run.cluster.now();
  const toVerdict = Math.max(0, (verdictAt.getTime() - trouble.provedAt.getTime()) / 1000);
  run.out.step(`revision ${revision} is bad`);
  const evidence = await collectEvidence(run.cluster.withDeadline(new Deadline(clock, evidenceSeconds)), run.namespace, trouble);
  run.out.line(evidenceText(evidence));
  await options.onEvidence(evidence);
  run.out.annotate(`${options.environment}: revision ${revision} is bad`, evidence.cause);

  const rollback = options.rollback && good !== undefined ? good : undefined;
  const budget = new Deadline(clock, Math.max(leastRollbackSeconds, options.timeoutSeconds));
  const failed = await recorded(bad, 'failed', new Deadline(clock, recordSeconds), evidence.cause);
  const details = { revision, evidence };
  if (rollback === undefined) {
    const why = options.rollback ? 'there is no good release to go back to' : 'as --no-rollback asks';
    return report('failed', `revision ${revision} is bad and left in place: ${why}${failed}`, details, { toVerdict });
  }
  const outcome = await tryRollback(run, options, bad, rollback, budget);
  if (outcome.outcome !== 'rolled-back') return report(outcome.outcome, `${outcome.state}${failed}`, details, { toVerdict });
  const toRestored = (run.cluster.now().getTime() - verdictAt.getTime()) / 1000;
  const unrecorded = await recorded(bad, 'rolled-back', new Deadline(clock, Math.max(recordSeconds, budget.secondsLeft)), evidence.cause);
  return report('rolled-back', `${outcome.state}${unrecorded}`, { ...details, serving: rollback.revision }, { toVerdict, toRestored });
}

/** @returns an empty text, or what the report says of a record that could not be written */
async function recorded({ record }: FailedRelease, outcome: ReleaseRecord['outcome'], deadline: Deadline, cause: string): Promise<string> {
  try {
    await record(outcome, deadline, cause);
    return '';
  } catch (error) {
    return `; this could not be recorded (${messageOf(error)})`;
  }
}

async function tryRollback(
  run: RolloutContext,
  options: DeployOptions,
  { revision, inventory }: FailedRelease,
  good: ReleaseRecord,
  budget: Deadline,
): Promise<Pick<DeployReport, 'outcome' | 'state'>> {
  try {
    const barrier = await schemaConflict(run.cluster.withDeadline(budget), [options.charts], good.charts);
    if (barrier !== undefined) {
      const state = `revision ${revision} is bad and stays, for revision ${good.revision} would not work: ${barrier}; deploy a corrected release`;
      return { outcome: 'frozen', state };
    }
    run.out.step(`bringing revision ${good.revision} back`);
    await reapplyRelease(run, good.charts, { deadline: budget, added: inventory, current: options.charts });
    return { outcome: 'rolled-back', state: `revision ${revision} was bad; revision ${good.revision} is back and verified` };
  } catch (failure) {
    const state = `revision ${revision} is bad and bringing revision ${good.revision} back failed: ${messageOf(failure)}`;
    return { outcome: 'rollback-failed', state };
  }
}
