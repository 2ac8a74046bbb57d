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
  /** Not set: the last good release before the newest. */
  readonly revision: number | undefined;
  readonly actor: string;
  readonly timeoutSeconds: number;
  /** How long to wait while somebody else deploys; default: not at all. */
  readonly waitSeconds?: number;
  /** Not set: nobody listens. */
  readonly milestones?: Milestones;
}

/**
 * Brings a remembered release back as a new revision.
 * @throws {Failure} `rejected` when it is not remembered, `locked` while somebody deploys
 */
export async function rollback(unbounded: RolloutContext, options: RollbackOptions): Promise<DeployReport> {
  const { clock } = unbounded.cluster;
  const startMs = clock.ms();
  const { lock } = await waitForDeployLock(unbounded, options.actor, options.waitSeconds ?? 0);
  const deadline = new Deadline(clock, options.timeoutSeconds);
  const run = { ...unbounded, cluster: unbounded.cluster.withDeadline(deadline) };
  let report: Omit<DeployReport, 'calls'>;
  try {
    const history = await readHistory(run.cluster, run.namespace);
    const target = chooseRelease(history, options.revision);
    await assertPermissions(run, target.charts);
    const later = history.filter((record) => record.revision > target.revision).map(({ charts }) => charts);
    const barrier = await schemaConflict(run.cluster, later, target.charts);
    if (barrier !== undefined)
      throw new Failure('rejected', `revision ${target.revision} would not work: ${barrier}`, 'deploy a corrected release');
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
    const outcome = await tryRestore(withDeployLock(unbounded, lock), deadline, release, history, options);
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
 * The release to bring back: the named one; else the one that served before an attempt that was left in place,
 * or the last good one that differs from the one that serves.
 * @throws {Failure} `rejected` when no such release is remembered
 */
export function chooseRelease(history: readonly ReleaseRecord[], revision: number | undefined): ReleaseRecord {
  const serving = lastGood(history);
  const others = history.filter(({ outcome, digest }) => outcome === 'good' && digest !== serving?.digest);
  const previous = isServingLastGood(history) ? others[0] : serving;
  const found = revision === undefined ? previous : history.find((record) => record.revision === revision && record.outcome === 'good');
  if (found !== undefined) return found;
  const what = revision === undefined ? 'no earlier good release is remembered' : `no good revision ${revision} is remembered`;
  throw new Failure('rejected', what, 'see leyenda history for those that are');
}

type Ended = Pick<DeployReport, 'outcome' | 'state'> & { readonly evidence?: DeployReport['evidence'] };

/** Longest time for evidence and for a record after the time of the rollback itself is over. */
const recordSeconds = 10;

async function tryRestore(
  run: RolloutContext,
  deadline: Deadline,
  release: ReleaseRecord,
  history: readonly ReleaseRecord[],
  options: RollbackOptions,
): Promise<Ended> {
  const { cluster, namespace } = run;
  const soon = () => cluster.withDeadline(new Deadline(cluster.clock, Math.max(recordSeconds, deadline.secondsLeft)));
  const remember = (record: Partial<ReleaseRecord>) => writeRecord(soon(), namespace, { ...release, ...record });
  await remember({});
  try {
    const { inventory } = await reapplyRelease(run, release.charts, {
      deadline,
      added: prunableInventory(history),
      current: history[0]?.charts ?? [],
    });
    await remember({ outcome: 'good', inventory });
    return { outcome: 'deployed', state: 'brought back and verified' };
  } catch (error) {
    const cause = messageOf(error);
    if (run.signal.aborted) {
      // If the lock was lost, the history belongs to the new holder.
      await remember({ outcome: 'interrupted', cause }).catch(() => {});
      return { outcome: 'interrupted', state: `${cause}: partly brought back, not verified; run it again` };
    }
    const unrecorded = await remember({ outcome: 'failed', cause }).then(
      () => '',
      (failure: unknown) => `; this could not be recorded (${messageOf(failure)})`,
    );
    const evidence = await collectEvidence(soon(), namespace, causeFromError(error, cluster.now()));
    run.out.line(evidenceText(evidence));
    run.out.annotate(`${options.environment}: bringing back failed`, evidence.cause);
    return { outcome: 'rollback-failed', state: `bringing back failed: ${cause}${unrecorded}`, evidence };
  }
}
