import { describe, expect, test } from '@jest/globals';
import { actionOf, parseWorkflow, type Step } from '../rules/model.ts';
import { renderWorkflows } from './index.ts';

const workflow = (file: string) => parseWorkflow(file, renderWorkflows().get(file) ?? '');
const jobOf = (file: string, id: string) => {
  const job = workflow(file).jobs[id];
  if (job === undefined) throw new Error(`${file} has no job ${id}`);
  return job;
};
const stepOf = (file: string, id: string, matches: (step: Step) => boolean) => jobOf(file, id).steps.find(matches);

describe('A release', () => {
  const image = (id: string) => stepOf('release.yml', id, ({ run }) => run.includes('leyenda.js deploy'))?.env.IMAGE;

  test('brings to production the digest that staging has, after staging has verified it', () => {
    expect(image('staging')).toBe(`\${{ needs.build.outputs.name }}@\${{ needs.build.outputs.digest }}`);
    expect(image('production')).toBe(image('staging'));
    expect(jobOf('release.yml', 'production').needs).toContain('staging');
  });

  test.each(['staging', 'production'])('tells GitHub how it goes in %s, by the token of the job alone', (id) => {
    const deploy = stepOf('release.yml', id, ({ run }) => run.includes('leyenda.js deploy'));
    expect(deploy?.run).toContain(' --github');
    expect(deploy?.env.GITHUB_TOKEN).toBe(`\${{ secrets.GITHUB_TOKEN }}`);
    expect(jobOf('release.yml', id).permissions).toMatchObject({ deployments: 'write', statuses: 'write' });
  });
});

describe('A rollback', () => {
  test.each(['staging', 'production'])('of %s waits for the deploys there, and for whoever approves them', (id) => {
    const { environment, concurrency } = jobOf('rollback.yml', id);
    expect({ environment, concurrency }).toEqual({
      environment: jobOf('release.yml', id).environment,
      concurrency: jobOf('release.yml', id).concurrency,
    });
  });

  test('reaches one environment: the one that was chosen', () => {
    const conditions = ['staging', 'production'].map((id) => jobOf('rollback.yml', id).if);
    expect(conditions).toEqual(["inputs.environment == 'staging'", "inputs.environment == 'production'"]);
  });
});

describe('The nightly watch', () => {
  test('never enters the environments in which is deployed', () => {
    const environments = Object.values(workflow('nightly.yml').jobs).flatMap(({ environment }) => environment ?? []);
    expect([...new Set(environments)]).toEqual(['staging-watch', 'production-watch']);
  });

  test.each(['staging', 'production'])('scans the very image that %s runs', (id) => {
    const scans = jobOf('nightly.yml', `rescan-${id}`).steps.filter((step) => actionOf(step) === 'aquasecurity/trivy-action');
    expect(scans.map((step) => step.with['image-ref'])).toEqual(Array(2).fill(`\${{ needs.deployed-${id}.outputs.image }}`));
  });
});

test('Gates have names of their own: a branch protection knows nothing else of them', () => {
  const names = ['ci.yml', 'codeql.yml'].map((file) => jobOf(file, 'gate').name);
  expect(names).toEqual(['CI gate', 'CodeQL gate']);
});

/** What https://github.com/ossf/scorecard-action#workflow-restrictions says: else the result is refused when it is published. */
describe('Who publishes the result of Scorecard', () => {
  const scorecard = workflow('scorecard.yml');

  test('takes a workflow without variables and defaults, and without rights for all jobs', () => {
    expect(scorecard).not.toHaveProperty('env');
    expect(scorecard).not.toHaveProperty('defaults');
    expect(scorecard.permissions).toEqual({});
  });

  test('takes one job on Ubuntu, without variables, containers and scripts', () => {
    const jobs = Object.values(scorecard.jobs);
    expect(jobs).toHaveLength(1);
    for (const key of ['env', 'defaults', 'container']) expect(jobs[0]).not.toHaveProperty(key);
    expect(jobs[0]?.services).toEqual({});
    expect(jobs[0]?.['runs-on']).toMatch(/^ubuntu-\d\d\.\d\d$/);
    expect(jobs[0]?.steps.map(({ run }) => run).join('')).toBe('');
  });
});
