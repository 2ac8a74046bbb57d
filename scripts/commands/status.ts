import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { environment as environmentField, object, revision } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { environment, rejected } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lockState, readDeployLock } from '../rollout/record/deploy-lock.ts';
import { lastGood, readHistory } from '../rollout/record/release-history.ts';
import { releaseHealth } from '../rollout/status/release-health.ts';

const lock = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('free') }),
  z.strictObject({ state: z.literal('held'), holder: z.string(), secondsLeft: z.int() }),
  z.strictObject({ state: z.literal('expired'), holder: z.string() }),
]);

export const status = defineCommand({
  name: 'status',
  summary: 'show the health of the deployed release and the holder of the deploy lock',
  args: { environment },
  flags: {},
  description: [
    'Reads the workloads of the deployed release once, and shows why each unhealthy one is not ready and who holds the lock. It never writes.',
  ],
  examples: [
    ['leyenda status production', 'one line, or one for each problem'],
    ['leyenda status production --json', 'for a program'],
  ],
  exits: { different: 'a workload is unhealthy or missing, or no good release was deployed yet', rejected },
  related: ['verify', 'history', 'drift'],
  document: {
    environment: environmentField,
    serving: revision.nullable(),
    lock,
    health: z
      .strictObject({ healthy: z.boolean(), problems: z.array(z.string()), workloads: z.array(object) })
      .nullable()
      .describe('null: no good release was deployed yet'),
  },
  run: ({ args }, context) =>
    withCluster(args.environment, context, async (session) => {
      const { cluster, namespace } = session;
      const [history, lease] = await Promise.all([readHistory(cluster, namespace), readDeployLock(cluster, namespace)]);
      const serving = lastGood(history);
      const health = serving === undefined ? undefined : await releaseHealth(session, serving);
      const lock = lockState(lease, cluster.now());
      const lines = [
        ...(lock.state === 'free' ? [] : [`lock ${lock.state}: ${lock.holder}`]),
        ...(health === undefined
          ? ['no good release was deployed yet']
          : health.healthy
            ? [`healthy: revision ${serving?.revision}: ${health.workloads.join(', ')}`]
            : health.problems),
      ];
      context.out.result(lines.join('\n'), {
        environment: args.environment,
        serving: serving?.revision ?? null,
        lock,
        health: health ?? null,
      });
      return health?.healthy === true ? exitCodes.ok : exitCodes.different;
    }),
});
