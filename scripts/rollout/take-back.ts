import { collectEvidence, evidenceText } from './evidence.ts';
import type { ReleaseRecord } from './history.ts';
import type { DeployOptions } from './options.ts';
import type { InventoryItem } from './plan.ts';
import type { Report } from './report.ts';
import { bringBack } from './rollback.ts';
import type { Run } from './run.ts';
import { schemaBarrier } from './schema.ts';
import type { Trouble } from './trouble.ts';

export type MakeReport = (outcome: Report['outcome'], state: string, more?: Partial<Report>, times?: Partial<Report['seconds']>) => Report;

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
export async function takeBack(
  run: Run,
  options: DeployOptions,
  { trouble, revision, inventory, good, record, report }: Bad,
): Promise<Report> {
  const verdictAt = run.cluster.now();
  const toVerdict = Math.max(0, (verdictAt.getTime() - trouble.provedAt.getTime()) / 1000);
  run.out.step(`revision ${revision} is bad`);
  const evidence = await collectEvidence(run.cluster, run.namespace, trouble);
  run.out.line(evidenceText(evidence));
  await options.onEvidence(evidence);
  run.out.annotate(`${options.environment}: revision ${revision} is bad`, evidence.cause);
  await record('failed', evidence.cause);

  if (!options.rollback || good === undefined) {
    const why = options.rollback ? 'there is no good release to go back to' : 'as --no-rollback asks';
    return report('failed', `revision ${revision} is bad and left in place: ${why}`, { revision, evidence }, { toVerdict });
  }
  const barrier = await schemaBarrier(run.cluster, [options.charts], good.charts);
  if (barrier !== undefined) {
    const state = `revision ${revision} is bad and stays, for revision ${good.revision} would not work: ${barrier}; deploy a mended release`;
    return report('frozen', state, { revision, evidence }, { toVerdict });
  }
  run.out.step(`bringing revision ${good.revision} back`);
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
