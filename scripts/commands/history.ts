import { columns } from '../cli/columns.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lastGood, type ReleaseRecord, readHistory } from '../rollout/record/release-history.ts';

/** Lists the releases that the cluster remembers, and tells which one serves. */
export const historyCommand: Handlers['history'] = ({ args }, context) =>
  withCluster(args.environment, context, async ({ cluster, namespace, out }) => {
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
    const text = releases.length === 0 ? 'no release is remembered' : columns(history.map((record) => row(record, serving)));
    out.result(text, { environment: args.environment, serving, releases });
    return exitCodes.ok;
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

/** `…/name@sha256:0123456789ab`: enough of a digest to tell images apart. */
const shortImage = (image: string): string => image.replace(/^.*\//, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
