import { always, join } from '../layer/expression.ts';
import { type Job, job } from '../layer/job.ts';
import { onRunner } from './shared.ts';

/**
 * The one job that a branch protection asks for: it fails unless every other job succeeded; a skipped one has not.
 * @param name of its own in all workflows: a protection knows checks by their names alone
 */
export const gateOver = (name: string, others: Readonly<Record<string, Job<string>>>) =>
  job('gate', { name, ...onRunner(5), permissions: {}, if: always, needs: others }, (steps, needs) => {
    const results = Object.values(needs).map(({ result }) => result);
    steps.run({
      name: 'Every job succeeded',
      env: { RESULTS: join(results) },
      run: `echo "$RESULTS"
for result in $RESULTS; do test "$result" = success; done`,
    });
  });
