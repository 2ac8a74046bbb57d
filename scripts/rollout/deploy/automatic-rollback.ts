import { Deadline } from '../../cluster/clock.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';
import type { ReleaseRecord } from '../record/release-history.ts';
import type { DeployReport } from '../report/deploy-report.ts';
import { reapplyRelease } from '../rollback/reapply.ts';
import { schemaConflict } from '../rollback/schema-compatibility.ts';
import { collectEvidence, evidenceText } from '../verify/evidence.ts';
import { type FailureCause, messageOf } from '../verify/failure-cause.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { type DeployOptions, defaultTimeouts } from './deploy-options.ts';

export type CreateReport = (
  outcome: DeployReport['outcome'],
  state: string,
  more?: Partial<DeployReport>,
  times?: Partial<DeployReport['seconds']>,
) => DeployReport;

/** Writes the record of the release. @throws after the deadline */
export type WriteRecord = (outcome: ReleaseRecord['outcome'], deadline: Deadline, cause?: string) => Promise<void>;

interface FailedRelease {
  readonly failure: FailureCause;
  readonly revision: number;
  readonly inventory: readonly InventoryItem[];
  readonly good: ReleaseRecord | undefined;
  readonly record: WriteRecord;
  readonly report: CreateReport;
}

const minRollbackSeconds = 120;
const evidenceSeconds = 8;
const recordSeconds = 5;

/**
 * Collects evidence, then rolls all changes of the release back to the last good one, within a time budget of its own. The rollback does not
 * depend on the records: the report names those that could not be written.
 */
export async function rollBackAutomatically(run: RolloutContext, options: DeployOptions, failed: FailedRelease): Promise<DeployReport> {
  const { failure, revision, good, report } = failed;
  const { clock } = run.cluster;
  const verdictAt = run.cluster.now();
  const toVerdict = Math.max(0, (verdictAt.getTime() - failure.provedAt.getTime()) / 1000);
  run.out.step(`revision ${revision} failed`);
  const evidence = await collectEvidence(run.cluster.withDeadline(new Deadline(clock, evidenceSeconds)), run.namespace, failure);
  run.out.line(evidenceText(evidence));
  await options.onEvidence(evidence);
  run.out.annotate(`${options.environment}: revision ${revision} failed`, evidence.cause);

  const rollback = options.rollback && good !== undefined ? good : undefined;
  const budget = new Deadline(clock, Math.max(minRollbackSeconds, options.timeoutSeconds ?? defaultTimeouts.update));
  const unrecordedFailure = await tryRecord(failed, 'failed', new Deadline(clock, recordSeconds), evidence.cause);
  const details = { revision, evidence };
  if (rollback === undefined) {
    const why = options.rollback ? 'there is no good release to roll back to' : 'because of --no-rollback';
    return report('failed', `revision ${revision} failed and is left in place: ${why}${unrecordedFailure}`, details, { toVerdict });
  }
  const outcome = await tryRollback(run, options, failed, rollback, budget);
  if (outcome.outcome !== 'rolled-back') return report(outcome.outcome, `${outcome.state}${unrecordedFailure}`, details, { toVerdict });
  const toRestored = (run.cluster.now().getTime() - verdictAt.getTime()) / 1000;
  const unrecorded = await tryRecord(
    failed,
    'rolled-back',
    new Deadline(clock, Math.max(recordSeconds, budget.secondsLeft)),
    evidence.cause,
  );
  return report('rolled-back', `${outcome.state}${unrecorded}`, { ...details, serving: rollback.revision }, { toVerdict, toRestored });
}

/** @returns an empty text, or a note for the report if the record could not be written */
async function tryRecord({ record }: FailedRelease, outcome: ReleaseRecord['outcome'], deadline: Deadline, cause: string): Promise<string> {
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
    const conflict = await schemaConflict(run.cluster.withDeadline(budget), [options.charts], good.charts);
    if (conflict !== undefined) {
      const state = `revision ${revision} failed and stays deployed, because revision ${good.revision} would not work: ${conflict}; deploy a corrected release`;
      return { outcome: 'frozen', state };
    }
    run.out.step(`rolling back to revision ${good.revision}`);
    await reapplyRelease(run, good.charts, { deadline: budget, added: inventory, current: options.charts });
    return { outcome: 'rolled-back', state: `revision ${revision} failed; rolled back to revision ${good.revision} and verified it` };
  } catch (error) {
    const state = `revision ${revision} failed and the rollback to revision ${good.revision} failed: ${messageOf(error)}`;
    return { outcome: 'rollback-failed', state };
  }
}
