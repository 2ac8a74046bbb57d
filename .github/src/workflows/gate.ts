import { always, join } from '../layer/expression.ts';
import { type Job, job } from '../layer/job.ts';
import { onRunner } from './shared.ts';

/**
 * The job that branch protection requires: it fails unless every other job succeeded; a skipped job did not succeed.
 * @param name unique in all workflows, because branch protection identifies checks by name
 */
export const gateOver = (name: string, others: Readonly<Record<string, Job<string>>>) =>
  job('gate', { name, ...onRunner(5), permissions: {}, if: always, needs: others }, (steps, needs) => {
    const results = Object.values(needs).map(({ result }) => result);
    steps.run({
      name: 'Check the result of every job',
      env: { RESULTS: join(results) },
      run: `echo "$RESULTS"
for result in $RESULTS; do test "$result" = success; done`,
    });
  });
