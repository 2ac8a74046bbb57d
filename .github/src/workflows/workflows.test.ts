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

  test('deploys to production the digest that staging has verified', () => {
    expect(image('staging')).toBe(`\${{ needs.build.outputs.name }}@\${{ needs.build.outputs.digest }}`);
    expect(image('production')).toBe(image('staging'));
    expect(jobOf('release.yml', 'production').needs).toContain('staging');
  });

  test('runs everything that a pull request requires, before the image is pushed', () => {
    const { jobs } = workflow('release.yml');
    expect([jobs.checks?.uses, jobs.analysis?.uses]).toEqual(['./.github/workflows/ci.yml', './.github/workflows/codeql.yml']);
    expect(jobOf('release.yml', 'push').needs).toEqual(expect.arrayContaining(['checks', 'analysis', 'scan']));
  });

  test('grants a called workflow what its jobs require, and nothing else', () => {
    expect(jobOf('release.yml', 'checks').permissions).toEqual({ contents: 'read', 'security-events': 'write', actions: 'read' });
  });

  test('deploys only images that the release workflow signed on the deployed branch', () => {
    for (const file of ['release.yml', 'promote.yml']) {
      const verify = stepOf(file, 'production', ({ run }) => run.includes('verify-image'));
      expect(verify?.env.IDENTITY).toBe(
        `\${{ github.server_url }}/\${{ github.repository }}/.github/workflows/release.yml@refs/heads/main`,
      );
    }
  });

  test.each(['staging', 'production'])('has one Deployment in %s: that of the release tool', (id) => {
    for (const file of ['release.yml', 'promote.yml', 'rollback.yml'])
      expect(renderWorkflows().get(file)).toContain(`environment:\n      name: ${id}\n      deployment: false\n`);
  });

  test.each(['staging', 'production'])('reports to GitHub in %s with the token of the job', (id) => {
    const deploy = stepOf('release.yml', id, ({ run }) => run.includes('leyenda.js deploy'));
    expect(deploy?.run).toContain(' --github');
    expect(deploy?.env.GITHUB_TOKEN).toBe(`\${{ secrets.GITHUB_TOKEN }}`);
    expect(jobOf('release.yml', id).permissions).toMatchObject({ deployments: 'write', statuses: 'write' });
  });
});

describe('A version tag', () => {
  test('deploys the digest of the branch, and builds nothing', () => {
    const image = stepOf('promote.yml', 'production', ({ run }) => run.includes('leyenda.js deploy'))?.env.IMAGE;
    expect(image).toBe(`\${{ needs.promote.outputs.name }}@\${{ needs.promote.outputs.digest }}`);
    expect(renderWorkflows().get('promote.yml')).not.toContain('build-push-action');
  });

  test('requires a signature for its commit before it tags the image', () => {
    const { steps } = jobOf('promote.yml', 'promote');
    const verify = steps.findIndex(({ run }) => run.includes('verify-image') && run.includes('--commit "$COMMIT"'));
    expect(steps[verify]?.env.COMMIT).toBe(`\${{ github.sha }}`);
    expect(steps.findIndex(({ name }) => name === 'Tag the signed image')).toBeGreaterThan(verify);
  });
});

describe('A rollback', () => {
  test.each(['staging', 'production'])('of %s has the concurrency group and the approvals of the deploys', (id) => {
    const { environment, concurrency } = jobOf('rollback.yml', id);
    expect({ environment, concurrency }).toEqual({
      environment: jobOf('release.yml', id).environment,
      concurrency: jobOf('release.yml', id).concurrency,
    });
  });

  test('runs in the chosen environment only', () => {
    const conditions = ['staging', 'production'].map((id) => jobOf('rollback.yml', id).if);
    expect(conditions).toEqual(["inputs.environment == 'staging'", "inputs.environment == 'production'"]);
  });
});

describe('The nightly workflow', () => {
  test('does not use the environments of the deploys', () => {
    const environments = Object.values(workflow('nightly.yml').jobs).flatMap(({ environment }) => environment ?? []);
    expect(new Set(environments).difference(new Set(['registry']))).toEqual(new Set(['staging-watch', 'production-watch']));
  });

  test.each(['staging', 'production'])('scans the deployed image of %s', (id) => {
    const scans = jobOf('nightly.yml', `rescan-${id}`).steps.filter((step) => actionOf(step) === 'aquasecurity/trivy-action');
    expect(scans.map((step) => step.with['image-ref'])).toEqual(Array(2).fill(`\${{ needs.deployed-${id}.outputs.image }}`));
  });
});

test('Gates have unique names, by which branch protection identifies them', () => {
  const names = ['ci.yml', 'codeql.yml'].map((file) => jobOf(file, 'gate').name);
  expect(names).toEqual(['CI gate', 'CodeQL gate']);
});

/** https://github.com/ossf/scorecard-action#workflow-restrictions: the API rejects other results. */
describe('The Scorecard workflow', () => {
  const scorecard = workflow('scorecard.yml');

  test('has no variables, defaults and permissions for all jobs', () => {
    expect(scorecard).not.toHaveProperty('env');
    expect(scorecard).not.toHaveProperty('defaults');
    expect(scorecard.permissions).toEqual({});
  });

  test('has one job on Ubuntu without variables, containers and scripts', () => {
    const jobs = Object.values(scorecard.jobs);
    expect(jobs).toHaveLength(1);
    for (const key of ['env', 'defaults', 'container']) expect(jobs[0]).not.toHaveProperty(key);
    expect(jobs[0]?.services).toEqual({});
    expect(jobs[0]?.['runs-on']).toMatch(/^ubuntu-\d\d\.\d\d$/);
    expect(jobs[0]?.steps.map(({ run }) => run).join('')).toBe('');
  });
});
