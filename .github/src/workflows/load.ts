import { load } from '../../../scripts/commands/load.ts';
import { allOf, type Expression, loadKey } from '../layer/expression.ts';
import { job, type Needs, type References } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { logInToCluster } from './cluster.ts';
import { hasCluster } from './delivery.ts';
import { onRunner } from './shared.ts';
import { downloadTool } from './tool.ts';

/** Per second: far below what two pods serve. */
const rate = 20;
/** Enough batches for their 95th percentile, which needs 20. */
const seconds = 120;

interface LoadOptions<N extends Needs> {
  readonly needs: N;
  readonly if?: Expression;
}

/**
 * Loads staging after its deploy and fails if an objective is missed, so that the release does not reach production. In the concurrency group
 * of the deploys: a newer deploy waits, and does not disturb the figures. Without a key it ends with a notice.
 */
export const loadJob = <const N extends Needs>({ needs, if: condition }: LoadOptions<N>, toolHash: (needs: References<N>) => Expression) =>
  job(
    'load',
    {
      name: 'Load staging',
      ...onRunner(15),
      permissions: { contents: 'read', 'id-token': 'write' },
      if: condition === undefined ? hasCluster('staging') : allOf(condition, hasCluster('staging')),
      environment: 'staging',
      recorded: false,
      queue: 'deploy-staging',
      needs,
    },
    (steps, needed) => {
      downloadTool(steps, toolHash(needed));
      const cluster = logInToCluster(steps, 'staging');
      const { run, env } = leyenda('bundle', load, { args: {}, flags: { rate, seconds, environment: 'staging', confirm: 'staging' } });
      steps.run({
        name: 'Check the objectives under load',
        env: { ...env, ...cluster, LEYENDA_API_KEY: loadKey },
        run: `if test -z "$LEYENDA_API_KEY"; then
  echo "::notice title=No load test::set the secret LOAD_API_KEY of the environment staging (docs/workflows.md)"
  exit 0
fi
${run}`,
      });
    },
  );
