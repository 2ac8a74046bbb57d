import * as z from 'zod';
import { columns } from '../cli/columns.ts';
import { defineCommand } from '../cli/command.ts';
import { environment as environmentField, image, revision, time } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { environment, rejected } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lastGood, type ReleaseRecord, readHistory } from '../rollout/record/release-history.ts';

const release = z.strictObject({
  revision,
  outcome: z.enum(['deploying', 'good', 'failed', 'rolled-back', 'interrupted']).or(z.string()),
  serves: z.boolean(),
  image,
  createdAt: time,
  actor: z.string().describe('user and process that deployed'),
  cause: z.string().describe('why the release failed; empty if it did not'),
});

export const history = defineCommand({
  name: 'history',
  summary: 'list the recorded releases, newest first',
  args: { environment },
  flags: {},
  description: [
    'Lists the release records in the cluster, newest first: revision, outcome, image, time, actor, and the cause of a failure. A star marks the deployed release. The cluster keeps ten records, and always those of the deployed release and the good release before it. It never writes.',
  ],
  examples: [
    ['leyenda history production', 'a table'],
    ['leyenda history production --json', 'with full image digests'],
  ],
  exits: { rejected },
  related: ['rollback', 'status'],
  document: { environment: environmentField, serving: revision.nullable(), releases: z.array(release).describe('newest first') },
  run: ({ args }, context) =>
    withCluster(args.environment, context, async ({ cluster, namespace }) => {
      const history = await readHistory(cluster, namespace);
      const serving = lastGood(history)?.revision ?? null;
      const releases = history.map(({ revision, outcome, image, createdAt, actor, cause }) => ({
        revision,
        outcome,
        serves: revision === serving,
        image,
        createdAt,
        actor,
        cause,
      }));
      const text = releases.length === 0 ? 'no release is recorded' : columns(history.map((record) => row(record, serving)));
      context.out.result(text, { environment: args.environment, serving, releases });
      return exitCodes.ok;
    }),
});

const row = ({ revision, outcome, image, createdAt, actor, cause }: ReleaseRecord, serving: number | null): string[] => [
  revision === serving ? '*' : ' ',
  String(revision),
  outcome,
  shortImage(image),
  createdAt.replace(/\.\d+Z$/, 'Z'),
  actor,
  cause,
];

/** `name@sha256:0123456789ab`: enough of the digest to distinguish images. */
const shortImage = (image: string): string => image.replace(/^.*\//, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
