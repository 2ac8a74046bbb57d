import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lockState, readDeployLock } from '../rollout/record/deploy-lock.ts';
import { isServingLastGood, lastGood, readHistory } from '../rollout/record/release-history.ts';
import { shortDigests, shortValue } from '../rollout/report/deploy-report.ts';
import { type DriftedField, type DriftedObject, detectDrift } from '../rollout/status/drift.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';

/** Compares the live objects with the stored release that serves. */
export const driftCommand: Handlers['drift'] = ({ args }, context) =>
  withCluster(args.environment, context, async (session) => {
    const { cluster, namespace, out } = session;
    await assertNobodyDeploys(session);
    const history = await readHistory(cluster, namespace);
    const release = lastGood(history);
    const objects = release === undefined ? [] : await detectDrift(cluster, namespace, release.charts);
    const note = noteOn(history, objects.length > 0);
    const text = driftText(release?.revision, objects, note);
    out.result(text, {
      environment: args.environment,
      revision: release?.revision ?? null,
      note: note ?? null,
      objects: objects.map(plain),
    });
    return release !== undefined && objects.length === 0 ? exitCodes.ok : exitCodes.different;
  });

/** @throws {Failure} `locked`: while a deploy is at work, everything differs from everything */
async function assertNobodyDeploys({ cluster, namespace }: RolloutContext): Promise<void> {
  const lock = lockState(await readDeployLock(cluster, namespace), cluster.now());
  if (lock.state === 'held') throw new Failure('locked', `a deploy is at work: ${lock.holder}`, 'ask again when it has ended');
}

/** What is said of a release that ended without a rollback after the last good one. */
function noteOn(history: Awaited<ReturnType<typeof readHistory>>, differs: boolean): string | undefined {
  const [newest] = history;
  if (newest === undefined || isServingLastGood(history)) return undefined;
  const left = differs ? 'was left in place: what it changed counts as drift' : 'has changed nothing that is still there';
  return `revision ${newest.revision} (${newest.outcome}) ${left}`;
}

/** JSON has no undefined: null says that a field is not there. */
const plain = ({ object, state, fields }: DriftedObject) => ({
  object,
  state,
  fields: fields.map(({ path, released, live, manager }) => ({
    path,
    released: released ?? null,
    live: live ?? null,
    manager: manager ?? null,
  })),
});

function driftText(revision: number | undefined, objects: readonly DriftedObject[], note: string | undefined): string {
  const end = note === undefined ? '' : `; ${note}`;
  if (revision === undefined) return 'no good release was deployed yet';
  if (objects.length === 0) return `no drift: all objects are as revision ${revision} released them${end}`;
  const lines = objects.flatMap(({ object, state, fields }) =>
    state === 'missing' ? [`- ${object} is missing`] : [`~ ${object}`, ...fields.map((field) => `    ${fieldText(field)}`)],
  );
  const them = objects.length === 1 ? '1 object differs' : `${objects.length} objects differ`;
  return [...lines, `${them} from revision ${revision}${end}`].join('\n');
}

const fieldText = ({ path, released, live, manager }: DriftedField): string =>
  shortDigests(`${path}: ${shortValue(released)} → ${shortValue(live)} (${manager ?? 'by whom is not recorded'})`);
