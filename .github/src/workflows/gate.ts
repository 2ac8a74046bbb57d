import { always, type Expression, join } from '../layer/expression.ts';
import { type Job, job } from '../layer/job.ts';
import { onRunner } from './shared.ts';

type Jobs = Readonly<Record<string, Job<string>>>;

/**
 * The job that branch protection requires: it fails unless every other job succeeded.
 * @param name unique in all workflows, because branch protection identifies checks by name
 * @param optional jobs with a condition: they may also be skipped
 */
export const gateOver = (name: string, required: Jobs, optional: Jobs = {}) =>
  job('gate', { name, ...onRunner(5), permissions: {}, if: always, needs: { ...required, ...optional } }, (steps, needs) => {
    const resultsOf = (jobs: Jobs): readonly Expression[] => Object.keys(jobs).flatMap((key) => needs[key]?.result ?? []);
    steps.run({
      name: 'Check the result of every job',
      env: { REQUIRED: join(resultsOf(required)), OPTIONAL: join(resultsOf(optional)) },
      run: `echo "required: $REQUIRED, optional: $OPTIONAL"
for result in $REQUIRED; do test "$result" = success; done
for result in $OPTIONAL; do test "$result" = success || test "$result" = skipped; done`,
    });
  });
