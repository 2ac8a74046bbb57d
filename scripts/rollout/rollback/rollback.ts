import { Failure } from '../../cli/failure.ts';
import { Deadline } from '../../cluster/clock.ts';
import { assertPermissions } from '../plan/permission-check.ts';
import { waitForDeployLock, withDeployLock } from '../record/deploy-lock.ts';
import { isServingLastGood, lastGood, prunableInventory, type ReleaseRecord, readHistory, writeRecord } from '../record/release-history.ts';
import { type DeployReport, outcomeExitCodes } from '../report/deploy-report.ts';
import type { Milestones } from '../report/milestones.ts';
import { collectEvidence, evidenceText } from '../verify/evidence.ts';
import { causeFromError, messageOf } from '../verify/failure-cause.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { reapplyRelease } from './reapply.ts';
import { schemaConflict } from './schema-compatibility.ts';

export interface RollbackOptions {
  readonly environment: string;
  /** Default: the last good release before the newest. */
  readonly revision: number | undefined;
  readonly actor: string;
  readonly timeoutSeconds: number;
  /** How long to wait for the lock of another deploy; default: 0. */
  readonly waitSeconds?: number;
  readonly milestones?: Milestones;
}

/**
 * Rolls back to a recorded release, as a new revision.
 * @throws {Failure} `rejected` if it is not recorded, `locked` while another deploy holds the lock
 */
export async function rollback(context: RolloutContext, options: RollbackOptions): Promise<DeployReport> {
  const { clock } = context.cluster;
  const startMs = clock.ms();
  const { lock } = await waitForDeployLock(context, options.actor, options.waitSeconds ?? 0);
  const deadline = new Deadline(clock, options.timeoutSeconds);
  const run = { ...context, cluster: context.cluster.withDeadline(deadline) };
  let report: Omit<DeployReport, 'calls'>;
  try {
    const history = await readHistory(run.cluster, run.namespace);
    const target = chooseRelease(history, options.revision);
    await assertPermissions(run, target.charts);
    const later = history.filter((record) => record.revision > target.revision).map(({ charts }) => charts);
    const conflict = await schemaConflict(run.cluster, later, target.charts);
    if (conflict !== undefined)
      throw new Failure('rejected', `revision ${target.revision} would not work: ${conflict}`, 'deploy a corrected release');
    const revision = (history[0]?.revision ?? 0) + 1;
    options.milestones?.planned({ image: target.image, revision, hash: target.digest });
    options.milestones?.started();
    const release: ReleaseRecord = {
      ...target,
      owner: run.owner,
      revision,
      outcome: 'deploying',
      createdAt: run.cluster.now().toISOString(),
      actor: options.actor,
      cause: '',
      inventory: [],
    };
    const outcome = await tryRollback(withDeployLock(context, lock), deadline, release, history, options);
    report = {
      environment: options.environment,
      outcome: outcome.outcome,
      exitCode: outcomeExitCodes[outcome.outcome],
      image: target.image,
      revision,
      changes: [],
      ...(outcome.outcome === 'deployed' ? { serving: revision } : {}),
      ...(outcome.evidence === undefined ? {} : { evidence: outcome.evidence }),
      seconds: { total: (clock.ms() - startMs) / 1000 },
      state: `${outcome.state} (revision ${target.revision} as revision ${revision})`,
    };
  } finally {
    await lock.release();
  }
  return { ...report, calls: run.cluster.requestCount() };
}

/**
 * The release to roll back to: the named one; by default the last good one if the newest failed and was left in place, otherwise the last
 * good one that differs from the deployed one.
 * @throws {Failure} `rejected` if no such release is recorded
 */
export function chooseRelease(history: readonly ReleaseRecord[], revision: number | undefined): ReleaseRecord {
  const serving = lastGood(history);
  const others = history.filter(({ outcome, digest }) => outcome === 'good' && digest !== serving?.digest);
  const previous = isServingLastGood(history) ? others[0] : serving;
  const found = revision === undefined ? previous : history.find((record) => record.revision === revision && record.outcome === 'good');
  if (found !== undefined) return found;
  const what = revision === undefined ? 'no earlier good release is recorded' : `no good revision ${revision} is recorded`;
  throw new Failure('rejected', what, 'run leyenda history for the recorded releases');
}

type RollbackOutcome = Pick<DeployReport, 'outcome' | 'state'> & { readonly evidence?: DeployReport['evidence'] };

/** Time limit for evidence and records after the deadline of the rollback. */
const recordSeconds = 10;

async function tryRollback(
  run: RolloutContext,
  deadline: Deadline,
  release: ReleaseRecord,
  history: readonly ReleaseRecord[],
  options: RollbackOptions,
): Promise<RollbackOutcome> {
  const { cluster, namespace } = run;
  const withTimeForRecord = () => cluster.withDeadline(new Deadline(cluster.clock, Math.max(recordSeconds, deadline.secondsLeft)));
  const record = (change: Partial<ReleaseRecord>) => writeRecord(withTimeForRecord(), namespace, { ...release, ...change });
  await record({});
  try {
    const { inventory } = await reapplyRelease(run, release.charts, {
      deadline,
      added: prunableInventory(history),
      current: history[0]?.charts ?? [],
    });
    await record({ outcome: 'good', inventory });
    return { outcome: 'deployed', state: 'rolled back and verified' };
  } catch (error) {
    const cause = messageOf(error);
    if (run.signal.aborted) {
      // If the lock was lost, the history belongs to the new holder.
      await record({ outcome: 'interrupted', cause }).catch(() => {});
      return { outcome: 'interrupted', state: `${cause}: partly rolled back and not verified; run it again` };
    }
    const unrecorded = await record({ outcome: 'failed', cause }).then(
      () => '',
      (failure: unknown) => `; this could not be recorded (${messageOf(failure)})`,
    );
    const evidence = await collectEvidence(withTimeForRecord(), namespace, causeFromError(error, cluster.now()));
    run.out.line(evidenceText(evidence));
    run.out.annotate(`${options.environment}: rollback failed`, evidence.cause);
    return { outcome: 'rollback-failed', state: `rollback failed: ${cause}${unrecorded}`, evidence };
  }
}
