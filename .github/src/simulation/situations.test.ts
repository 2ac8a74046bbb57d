import { describe, expect, test } from '@jest/globals';
import { type Situation, simulate } from './simulate.ts';

const repository = { private: false, fork: false };
const push = { event_name: 'push', ref: 'refs/heads/main', event: { repository } };
const pullRequest = {
  event_name: 'pull_request',
  ref: 'refs/pull/7/merge',
  event: { repository, pull_request: { number: 7, head: { repo: { fork: false } } } },
};
const upstream: Situation = { github: push, vars: { STAGING_CLUSTER: 'oidc', PRODUCTION_CLUSTER: 'eks' } };
const inRepository = <E extends object>(github: { readonly event: E }, properties: Partial<typeof repository>) => ({
  ...github,
  event: { ...github.event, repository: { ...repository, ...properties } },
});
const freshFork: Situation = { github: inRepository(push, { fork: true }), vars: {} };
const privateCopy: Situation = { github: inRepository(push, { private: true }), vars: {} };

const skippedIn = (file: string, situation: Situation) =>
  [...simulate(file, situation)].flatMap(([id, { result }]) => (result === 'skipped' ? [id] : []));
const failedIn = (file: string, situation: Situation) =>
  [...simulate(file, situation)].flatMap(([id, { result }]) => (result === 'failure' ? [id] : []));
const stepsOf = (file: string, id: string, situation: Situation) => simulate(file, situation).get(id)?.steps ?? [];

const deploys = ['staging', 'load', 'production'];

describe('A push to main', () => {
  test('runs every job where clusters and code scanning exist, except the review of dependencies', () => {
    expect(skippedIn('release.yml', upstream)).toEqual(['checks/dependencies']);
    expect(failedIn('release.yml', upstream)).toEqual([]);
  });

  test('is green in a fresh fork: the image is signed, nothing is deployed, and a notice says what to set', () => {
    expect(failedIn('release.yml', freshFork)).toEqual([]);
    expect(skippedIn('release.yml', freshFork)).toEqual(['checks/dependencies', ...deploys]);
    expect(stepsOf('release.yml', 'sign', freshFork)).toEqual(
      expect.arrayContaining(['Attest the provenance', 'Sign', 'Tag the signed image', 'Report environments without a cluster']),
    );
  });

  test('is green in a private repository without code scanning: nothing is uploaded or attested, the image is signed', () => {
    expect(failedIn('release.yml', privateCopy)).toEqual([]);
    expect(skippedIn('release.yml', privateCopy)).toEqual(['checks/dependencies', 'analysis/typescript', 'analysis/actions', ...deploys]);
    expect(stepsOf('release.yml', 'scan', privateCopy)).not.toContain('Upload the report');
    expect(stepsOf('release.yml', 'scan', privateCopy)).toContain('Fail on fixable HIGH and CRITICAL vulnerabilities');
    const signing = stepsOf('release.yml', 'sign', privateCopy);
    expect(signing).not.toContain('Attest the provenance');
    expect(signing).toEqual(expect.arrayContaining(['Sign', 'Tag the signed image']));
  });

  test.each([
    ['on', { private: true }, []],
    ['off', { private: false }, ['analysis/typescript', 'analysis/actions']],
  ])('follows CODE_SECURITY %s rather than the visibility', (value, properties, skipped) => {
    const situation = { github: inRepository(push, properties), vars: { ...upstream.vars, CODE_SECURITY: value } };
    expect(skippedIn('release.yml', situation)).toEqual(['checks/dependencies', ...skipped]);
    expect(stepsOf('release.yml', 'sign', situation).includes('Attest the SBOM')).toBe(value === 'on');
  });

  test('deploys to the environments that have a cluster, and to production only after staging', () => {
    const only = (name: string) => ({ ...upstream, vars: { [name]: 'gke' } });
    expect(skippedIn('release.yml', only('STAGING_CLUSTER'))).toEqual(['checks/dependencies', 'production']);
    expect(skippedIn('release.yml', only('PRODUCTION_CLUSTER'))).toEqual(['checks/dependencies', ...deploys]);
  });

  test('reaches production only if the objectives are met under load', () => {
    const situation = { ...upstream, failing: ['load'] };
    expect(skippedIn('release.yml', situation)).toEqual(['checks/dependencies', 'production']);
    expect(stepsOf('release.yml', 'load', situation)).toContain('Check the objectives under load');
  });

  test('logs in as the variable of the environment says', () => {
    expect(stepsOf('release.yml', 'staging', upstream)).not.toContain('Assume the role in AWS');
    expect(stepsOf('release.yml', 'production', upstream)).toContain('Assume the role in AWS');
    expect(stepsOf('release.yml', 'production', upstream)).not.toContain('Impersonate the service account in Google Cloud');
  });

  test.each(['checks/e2e', 'checks/services', 'analysis/typescript', 'scan'])('pushes nothing if %s failed', (job) => {
    const situation = { ...upstream, failing: [job] };
    expect(failedIn('release.yml', situation)).toContain(job);
    expect(skippedIn('release.yml', situation)).toEqual(expect.arrayContaining(['push', 'sign', ...deploys]));
  });
});

test('A push to develop signs the image and deploys nothing, without a notice', () => {
  const situation = { ...upstream, github: { ...push, ref: 'refs/heads/develop' } };
  expect(failedIn('release.yml', situation)).toEqual([]);
  expect(skippedIn('release.yml', situation)).toEqual(['checks/dependencies', ...deploys]);
  expect(stepsOf('release.yml', 'sign', situation)).not.toContain('Report environments without a cluster');
});

describe('A version tag', () => {
  const tag = { event_name: 'push', ref: 'refs/tags/v7.1.0', event: { repository } };
  test('promotes the image in a fork without clusters, with a notice', () => {
    const situation = { github: inRepository(tag, { fork: true }), vars: {} };
    expect(failedIn('promote.yml', situation)).toEqual([]);
    expect(skippedIn('promote.yml', situation)).toEqual(deploys);
    expect(stepsOf('promote.yml', 'promote', situation)).toContain('Report environments without a cluster');
  });
  test('deploys where clusters exist', () => expect(skippedIn('promote.yml', { ...upstream, github: tag })).toEqual([]));
  test('reaches production only if the objectives are met under load', () => {
    expect(skippedIn('promote.yml', { ...upstream, github: tag, failing: ['load'] })).toEqual(['production']);
  });
  test('deploys nothing that main did not sign', () => {
    expect(skippedIn('promote.yml', { ...upstream, github: tag, failing: ['promote'] })).toEqual(deploys);
  });
});

describe('A pull request', () => {
  test('runs every job', () => {
    for (const file of ['ci.yml', 'codeql.yml']) expect(skippedIn(file, { github: pullRequest, vars: {} })).toEqual([]);
  });

  test('is not compared with the dependency graph in a fork, which has none', () => {
    const situation = { github: inRepository(pullRequest, { fork: true }), vars: {} };
    expect(skippedIn('ci.yml', situation)).toEqual(['dependencies']);
    expect(failedIn('ci.yml', situation)).toEqual([]);
    expect(skippedIn('ci.yml', { ...situation, vars: { CODE_SECURITY: 'on' } })).toEqual([]);
  });

  test('passes its gates in a private repository without code scanning', () => {
    const situation = { github: inRepository(pullRequest, { private: true }), vars: {} };
    expect([failedIn('ci.yml', situation), failedIn('codeql.yml', situation)]).toEqual([[], []]);
    expect(skippedIn('codeql.yml', situation)).toEqual(['typescript', 'actions']);
  });

  test('from a fork uploads no report', () => {
    const github = { ...pullRequest, event: { repository, pull_request: { number: 7, head: { repo: { fork: true } } } } };
    expect(stepsOf('ci.yml', 'image', { github, vars: {} })).not.toContain('Upload the report');
    expect(stepsOf('ci.yml', 'image', { github: pullRequest, vars: {} })).toContain('Upload the report');
  });

  test.each([
    ['ci.yml', 'e2e'],
    ['ci.yml', 'dependencies'],
    ['codeql.yml', 'actions'],
  ])('fails the gate of %s if %s failed', (file, job) => {
    expect(failedIn(file, { github: pullRequest, vars: {}, failing: [job] })).toEqual([job, 'gate']);
  });
});

describe('A schedule', () => {
  const schedule = { event_name: 'schedule', ref: 'refs/heads/main', event: { repository } };
  test('connects to no cluster if there is none', () => {
    const situation = { github: schedule, vars: { STAGING_CLUSTER: 'oidc' } };
    expect(failedIn('nightly.yml', situation)).toEqual([]);
    expect(skippedIn('nightly.yml', situation)).toEqual(['deployed-production', 'rescan-production', 'drift-production']);
  });

  test.each([{ fork: true }, { private: true }])('does not score %p', (properties) => {
    expect(skippedIn('scorecard.yml', { github: inRepository(schedule, properties), vars: {} })).toEqual(['score']);
  });
});
