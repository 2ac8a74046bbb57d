import { expect, test } from '@jest/globals';
import { job } from '../../.github/src/layer/job.ts';
import { runner } from '../../.github/src/layer/pins.ts';
import type { Workflow } from '../../.github/src/layer/workflow.ts';
import { release } from '../../.github/src/workflows/release.ts';
import { jobsOf } from './called-jobs.ts';

const named = (id: string, name: string) => job(id, { name, runner, minutes: 5, permissions: {} }, () => undefined);
const workflowOf = (name: string, jobs: Workflow['jobs']): Workflow => ({
  ...release,
  ...{ file: `${name}.yml`, name, jobs },
});

test('names the jobs of a called workflow as act logs them, in the place of the calling job', () => {
  const ci = workflowOf('CI', [named('check', 'Check'), named('test', 'Test')]);
  const build = named('build', 'Build');
  const calling = { ...build, id: 'checks', rendered: { name: 'Checks', uses: './.github/workflows/CI.yml' } };
  const found = jobsOf(workflowOf('Release', [calling, build]), [ci]).map(({ id, logName }) => [id, logName]);
  expect(found).toEqual([
    ['checks/check', 'Checks/CI/Check'],
    ['checks/test', 'Checks/CI/Test'],
    ['build', 'Release/Build'],
  ]);
});
