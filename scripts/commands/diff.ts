import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { change, environment as environmentField } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { environment, image, rejected } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { rolloutSteps } from '../rollout/plan/deploy-order.ts';
import { createPlan } from '../rollout/plan/deploy-plan.ts';
import { prunableInventory, readHistory } from '../rollout/record/release-history.ts';
import { planLines, planText } from '../rollout/report/deploy-report.ts';

export const diff = defineCommand({
  name: 'diff',
  summary: 'show what a deploy would change, by a server-side dry run',
  args: { environment },
  flags: { image: { ...image, required: true } },
  description: [
    'Sends a dry run of each object to the API server and shows what a deploy of this image would change: created objects (+), changed objects (~) with each field before and after, and removed objects (-). Values of secrets are masked. It never writes and takes no lock.',
  ],
  examples: [
    ['leyenda diff staging --image NAME@sha256:…', 'before a deploy'],
    ['leyenda diff production --image NAME@sha256:… --json', 'for a program'],
  ],
  exits: { different: 'there are differences', rejected: `another field manager owns a field; or ${rejected}` },
  related: ['deploy', 'drift'],
  document: { environment: environmentField, changes: z.array(change) },
  run({ args, flags }, context) {
    const image = assertDigest(flags.image);
    return withCluster(args.environment, context, async ({ cluster, namespace }) => {
      const { synthesize } = await import('../../manifests/synth.ts');
      const history = await readHistory(cluster, namespace);
      const changes = planLines(
        await createPlan(cluster, rolloutSteps(synthesize(args.environment, { image })), prunableInventory(history)),
      );
      context.out.result(changes.length > 0 ? planText(changes) : 'no difference', { environment: args.environment, changes });
      return changes.length > 0 ? exitCodes.different : exitCodes.ok;
    });
  },
});
