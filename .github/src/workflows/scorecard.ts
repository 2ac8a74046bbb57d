import { job } from '../layer/job.ts';
import type { Workflow } from '../layer/workflow.ts';
import { checkout, onRunner } from './shared.ts';

/**
 * Signs its result with the job's identity and publishes it. Who receives it takes nothing but the steps below, no script,
 * and a workflow without `env` and `defaults`.
 */
const score = job(
  'score',
  { name: 'Score', ...onRunner(10), permissions: { contents: 'read', 'security-events': 'write', 'id-token': 'write' } },
  (steps) => {
    checkout(steps);
    const file = 'scorecard.sarif';
    steps.uses('ossf/scorecard-action', {
      name: 'Score the repository',
      with: { results_file: file, results_format: 'sarif', publish_results: true },
    });
    steps.uses('actions/upload-artifact', {
      name: 'Keep the result',
      with: { name: 'scorecard', path: file, 'if-no-files-found': 'error' },
    });
    steps.uses('github/codeql-action/upload-sarif', { name: 'Upload the report', with: { sarif_file: file, category: 'scorecard' } });
  },
);

export const scorecard: Workflow = {
  file: 'scorecard.yml',
  source: '.github/src/workflows/scorecard.ts',
  name: 'Scorecard',
  purpose: 'scores how the repository is kept, and publishes the signed result',
  on: { push: { branches: ['main'] }, schedule: [{ cron: '23 5 * * 2' }] },
  jobs: [score],
};
