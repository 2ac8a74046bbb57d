import { Failure } from '../cli/failure.ts';
import { collectEvidence, evidenceText } from './evidence.ts';
import { lastGood, ownedObjects, type ReleaseRecord, readHistory, servesGood, writeRecord } from './history.ts';
import { holding, waitForLock } from './lock.ts';
import type { Milestones } from './milestones.ts';
import { outcomeExitCodes, type Report } from './report.ts';
import { assertRights } from './rights.ts';
import { bringBack } from './rollback.ts';
import type { Run } from './run.ts';
import { schemaBarrier } from './schema.ts';
import { troubleFrom } from './trouble.ts';

export interface RestoreOptions {
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
 * @throws {Failure} `refused` when it is not remembered, `locked` while somebody deploys
 */
export async function restore(run: Run, options: RestoreOptions): Promise<Report> {
  const startMs = Date.now();
  const { lock } = await waitForLock(run, options.actor, options.waitSeconds ?? 0);
  try {
    const history = await readHistory(run.cluster, run.namespace);
    const target = chooseRelease(history, options.revision);
    await assertRights(run, target.charts);
    const later = history.filter((record) => record.revision > target.revision).map(({ charts }) => charts);
    const barrier = await schemaBarrier(run.cluster, later, target.charts);
    if (barrier !== undefined)
      throw new Failure('refused', `revision ${target.revision} would not work: ${barrier}`, 'deploy a mended release');
    const revision = (history[0]?.revision ?? 0) + 1;
    options.milestones?.planned({ image: target.image, revision, hash: target.digest });
    options.milestones?.started();
    const release: ReleaseRecord = {
      ...target,
      revision,
      outcome: 'deploying',
      createdAt: run.cluster.now().toISOString(),
      actor: options.actor,
      cause: '',
      inventory: [],
    };
    const outcome = await tryRestore(holding(run, lock), release, history, options);
    return {
      environment: options.environment,
      outcome: outcome.outcome,
      exitCode: outcomeExitCodes[outcome.outcome],
      image: target.image,
      revision,
      changes: [],
      ...(outcome.outcome === 'deployed' ? { serving: revision } : {}),
      ...(outcome.evidence === undefined ? {} : { evidence: outcome.evidence }),
      seconds: { total: (Date.now() - startMs) / 1000 },
      state: `${outcome.state} (revision ${target.revision} as revision ${revision})`,
    };
  } finally {
    await lock.release();
  }
}

/**
 * The release to bring back: the named one; else the one that served before an attempt that was left in place,
 * or the last good one that differs from the one that serves.
 * @throws {Failure} `refused` when no such release is remembered
 */
export function chooseRelease(history: readonly ReleaseRecord[], revision: number | undefined): ReleaseRecord {
  const serving = lastGood(history);
  const others = history.filter(({ outcome, digest }) => outcome === 'good' && digest !== serving?.digest);
  const previous = servesGood(history) ? others[0] : serving;
  const found = revision === undefined ? previous : history.find((record) => record.revision === revision && record.outcome === 'good');
  if (found !== undefined) return found;
  const what = revision === undefined ? 'no earlier good release is remembered' : `no good revision ${revision} is remembered`;
  throw new Failure('refused', what, 'see leyenda history for those that are');
}

type Ended = Pick<Report, 'outcome' | 'state'> & { readonly evidence?: Report['evidence'] };

async function tryRestore(run: Run, release: ReleaseRecord, history: readonly ReleaseRecord[], options: RestoreOptions): Promise<Ended> {
  await writeRecord(run.cluster, run.namespace, release);
  try {
    const { inventory } = await bringBack(run, release.charts, ownedObjects(history), {
      budgetSeconds: options.timeoutSeconds,
      soakSeconds: 0,
    });
    await writeRecord(run.cluster, run.namespace, { ...release, outcome: 'good', inventory });
    return { outcome: 'deployed', state: 'brought back and verified' };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const remember = (outcome: ReleaseRecord['outcome']) => writeRecord(run.cluster, run.namespace, { ...release, outcome, cause });
    if (run.signal.aborted) {
      // Where the lock was lost the history is somebody else's to write.
      await remember('interrupted').catch(() => {});
      return { outcome: 'interrupted', state: `${cause}: partly brought back, not verified; run it again` };
    }
    await remember('failed');
    const evidence = await collectEvidence(run.cluster, run.namespace, troubleFrom(error, run.cluster.now()));
    run.out.line(evidenceText(evidence));
    run.out.annotate(`${options.environment}: bringing back failed`, evidence.cause);
    return { outcome: 'rollback-failed', state: `bringing back failed: ${cause}`, evidence };
  }
}
