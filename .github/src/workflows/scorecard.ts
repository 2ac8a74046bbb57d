import { job } from '../layer/job.ts';
import type { Workflow } from '../layer/workflow.ts';
import { delivery, isScored } from './delivery.ts';
import { checkout, onRunner, reportPermissions } from './shared.ts';

/**
 * Signs its result with the identity of the job and publishes it. The API of Scorecard accepts only the steps below, without
 * scripts, in a workflow without `env` and `defaults`.
 */
const score = job(
  'score',
  { name: 'Score', ...onRunner(10), permissions: { contents: 'read', ...reportPermissions, 'id-token': 'write' }, if: isScored },
  (steps) => {
    checkout(steps);
    const file = 'scorecard.sarif';
    steps.uses('ossf/scorecard-action', {
      name: 'Score the repository',
      with: { results_file: file, results_format: 'sarif', publish_results: true },
    });
    steps.uses('actions/upload-artifact', {
      name: 'Upload the result',
      with: { name: 'scorecard', path: file, 'if-no-files-found': 'error' },
    });
    steps.uses('github/codeql-action/upload-sarif', { name: 'Upload the report', with: { sarif_file: file, category: 'scorecard' } });
  },
);

export const scorecard: Workflow = {
  file: 'scorecard.yml',
  source: '.github/src/workflows/scorecard.ts',
  name: 'Scorecard',
  purpose: 'scores the security practices of the repository, and publishes the signed result',
  on: { push: { branches: [delivery.deployed] }, schedule: [{ cron: '23 5 * * 2' }] },
  concurrency: { group: 'scorecard', cancels: true },
  jobs: [score],
};
