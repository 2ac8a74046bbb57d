import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { environment as environmentField, object, revision } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { environment, rejected } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lockState, readDeployLock } from '../rollout/record/deploy-lock.ts';
import { isServingLastGood, lastGood, readHistory } from '../rollout/record/release-history.ts';
import { shortDigests, shortValue } from '../rollout/report/deploy-report.ts';
import { type DriftedField, type DriftedObject, detectDrift } from '../rollout/status/drift.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';

const value: z.ZodType<unknown> = z.json().describe('null: the field does not exist');
const field = z.strictObject({
  path: z.string(),
  released: value,
  live: value,
  manager: z.string().nullable().describe('field manager of the last change; null: not recorded'),
});

export const drift = defineCommand({
  name: 'drift',
  summary: 'show drift from the deployed release, and who changed it',
  args: { environment },
  flags: {},
  description: [
    'Compares the live objects with the stored deployed release: by a server-side dry run that would revert every field, and by the owners of fields that were added. It shows each missing object, and each changed field as released and as it is (→), with the field manager that changed it, such as kubectl-set or kubectl (scale). Values of secrets are masked. It never writes.',
    'These are no drift: replicas that an autoscaler chose within its limits, fields that controllers and operators add, status, and a migration Job that was deleted. During a deploy, the command fails.',
  ],
  examples: [
    ['leyenda drift production', 'find changes that were made by hand'],
    ['leyenda drift staging --json', 'for a program'],
  ],
  exits: {
    different: 'something differs, or no good release was deployed yet',
    locked: 'a deploy is running; retry when it has ended',
    rejected,
  },
  related: ['status', 'diff', 'rollback'],
  document: {
    environment: environmentField,
    revision: revision.nullable().describe('release that was compared; null: no good release was deployed yet'),
    note: z.string().nullable().describe('what limits the comparison'),
    objects: z.array(z.strictObject({ object, state: z.enum(['missing', 'changed']), fields: z.array(field) })),
  },
  run: ({ args }, context) =>
    withCluster(args.environment, context, async (session) => {
      const { cluster, namespace } = session;
      await assertNoDeploy(session);
      const history = await readHistory(cluster, namespace);
      const release = lastGood(history);
      const objects = release === undefined ? [] : await detectDrift(cluster, namespace, release.charts);
      const note = noteOn(history, objects.length > 0);
      context.out.result(driftText(release?.revision, objects, note), {
        environment: args.environment,
        revision: release?.revision ?? null,
        note: note ?? null,
        objects: objects.map(toJson),
      });
      return release !== undefined && objects.length === 0 ? exitCodes.ok : exitCodes.different;
    }),
});

/** @throws {Failure} `locked`: during a deploy most objects differ */
async function assertNoDeploy({ cluster, namespace }: RolloutContext): Promise<void> {
  const lock = lockState(await readDeployLock(cluster, namespace), cluster.now());
  if (lock.state === 'held') throw new Failure('locked', `a deploy is running: ${lock.holder}`, 'retry when it has ended');
}

/** A note about a newer release that ended without a rollback. */
function noteOn(history: Awaited<ReturnType<typeof readHistory>>, differs: boolean): string | undefined {
  const [newest] = history;
  if (newest === undefined || isServingLastGood(history)) return undefined;
  const effect = differs ? 'was left in place: its changes count as drift' : 'left no changes in the cluster';
  return `revision ${newest.revision} (${newest.outcome}) ${effect}`;
}

/** JSON has no undefined: null says that a field does not exist. */
const toJson = ({ object, state, fields }: DriftedObject) => ({
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
  if (objects.length === 0) return `no drift: all objects equal revision ${revision}${end}`;
  const lines = objects.flatMap(({ object, state, fields }) =>
    state === 'missing' ? [`- ${object} is missing`] : [`~ ${object}`, ...fields.map((field) => `    ${fieldText(field)}`)],
  );
  const count = objects.length === 1 ? '1 object differs' : `${objects.length} objects differ`;
  return [...lines, `${count} from revision ${revision}${end}`].join('\n');
}

const fieldText = ({ path, released, live, manager }: DriftedField): string =>
  shortDigests(`${path}: ${shortValue(released)} → ${shortValue(live)} (${manager ?? 'manager not recorded'})`);
