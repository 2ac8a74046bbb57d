import { synthesize } from '../../manifests/synth.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { rolloutSteps } from '../rollout/plan/deploy-order.ts';
import { createPlan } from '../rollout/plan/deploy-plan.ts';
import { prunableInventory, readHistory } from '../rollout/record/release-history.ts';
import { planLines, planText } from '../rollout/report/deploy-report.ts';

/** Shows what a deploy would change; writes nothing. */
export const diffCommand: Handlers['diff'] = ({ args, flags }, context) => {
  const image = assertDigest(flags.image);
  return withCluster(args.environment, context, async ({ cluster, namespace }) => {
    const charts = synthesize(args.environment, { image });
    const history = await readHistory(cluster, namespace);
    const changes = planLines(await createPlan(cluster, rolloutSteps(charts), prunableInventory(history)));
    context.out.result(changes.length > 0 ? planText(changes) : 'no difference', { environment: args.environment, changes });
    return changes.length > 0 ? exitCodes.different : exitCodes.ok;
  });
};
