import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { team } from '../../contract/team.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { silentOutput } from '../cli/testing/silent-output.ts';
import { actionsEnvironment } from './settings.ts';
import { commitStatesOf, createDeployer, digestOf, sha, statesOf, warningsIn } from './testing/deployer.ts';
import { type FakeGitHub, startFakeGitHub } from './testing/fake-github.ts';
import { reportingTimeouts, withGitHubReporting } from './with-github.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.rejected).toEqual([]);
  await github.close();
});

const runUrl = 'https://github.com/example/captions/actions/runs/7/attempts/1';

describe('GitHub receives', () => {
  test('the states of a good release: queued, in progress and success', async () => {
    const deploy = createDeployer(github);
    const { exitCode, lines } = await deploy('good');
    expect({ exitCode, warnings: warningsIn(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
    expect(github.deployments).toMatchObject([
      {
        ref: sha,
        task: 'deploy',
        environment: 'staging',
        production_environment: false,
        payload: {
          by: 'leyenda',
          digest: digestOf('good'),
          revision: 1,
          actor: 'ana (GitHub run 7)',
          plan: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    ]);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
    expect(github.deployments[0]?.statuses.at(-1)).toEqual({
      state: 'success',
      description: 'revision 1 is deployed',
      log_url: runUrl,
      environment_url: `https://${team.stagingHost}`,
      auto_inactive: true,
    });
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
    expect(github.commitStatuses.at(-1)).toMatchObject({ context: 'leyenda/staging', target_url: runUrl });
  });

  test('the cause and the log of a bad release, and the previous release stays active', async () => {
    const deploy = createDeployer(github);
    await deploy('good');
    expect(await deploy('bad', { bad: true })).toMatchObject({ exitCode: exitCodes.rolledBack });
    expect(statesOf(github, 1)).toEqual(['queued', 'in_progress', 'failure']);
    expect(github.deployments[1]?.statuses.at(-1)).toMatchObject({
      description: 'rolled back to revision 1: GET /health returned 500',
      log_url: runUrl,
      auto_inactive: false,
    });
    expect(github.commitStatuses.at(-1)).toMatchObject({
      state: 'failure',
      description: expect.stringContaining('GET /health returned 500'),
    });
    expect(statesOf(github, 0)).toEqual(['queued', 'in_progress', 'success']);
  });

  test('a rollback for the commit of its image, even if a newer commit runs it', async () => {
    const deploy = createDeployer(github);
    const newer = 'b'.repeat(40);
    await deploy('good');
    await deploy('next', { sha: newer });
    expect(await deploy('', { task: 'rollback', sha: newer })).toMatchObject({ exitCode: exitCodes.ok });
    expect(github.deployments.map(({ task, ref }) => [task, ref])).toEqual([
      ['deploy', sha],
      ['deploy', newer],
      ['rollback', sha],
    ]);
    expect(github.deployments[2]?.payload).toMatchObject({ digest: digestOf('good'), revision: 3 });
    expect(statesOf(github, 2)).toEqual(['queued', 'in_progress', 'success']);
    expect(github.commitStatuses.at(-1)).toMatchObject({ sha, state: 'success', description: expect.stringContaining('rolled back') });
  });

  test('only success for a release without changes', async () => {
    const deploy = createDeployer(github);
    await deploy('good');
    await deploy('good');
    expect(statesOf(github, 1)).toEqual(['success']);
  });

  test('the failure of a release that cannot start', async () => {
    await expect(
      createDeployer(github)('good', { throws: new Failure('rejected', 'spec.replicas is owned by kubectl', 'x') }),
    ).rejects.toThrow('spec.replicas');
    expect(github.deployments[0]?.statuses).toMatchObject([{ state: 'failure', description: 'spec.replicas is owned by kubectl' }]);
  });

  test.each<[string, { dryRun?: boolean; throws?: Error }]>([
    ['a dry run', { dryRun: true }],
    ['a bad argument', { throws: new Failure('usage', 'not a digest reference', 'x') }],
  ])('nothing for %s', async (_what, deploying) => {
    await createDeployer(github)('good', deploying).catch(() => {});
    expect(github.requests).toEqual([]);
  });
});

test('docs/github.md names every variable and every timeout', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/github.md'), 'utf8');
  for (const name of Object.keys(actionsEnvironment.shape)) expect(page).toContain(`\`${name}\``);
  const { request, end, interrupted } = reportingTimeouts;
  for (const text of [
    `${request / 1000} s per request`,
    `${end / 1000} s after the end of the release, and ${interrupted / 1000} s after a signal`,
  ])
    expect(page).toContain(text);
});

describe('The flags', () => {
  const run = (flags: { github: boolean; 'github-comment': boolean }) => {
    const context = { out: silentOutput, signal: new AbortController().signal, env: {} };
    return withGitHubReporting({ task: 'rollback', environment: 'local' }, flags, context, async () => exitCodes.ok);
  };

  test('--github throws a usage failure for missing variables before the release', async () => {
    await expect(run({ github: true, 'github-comment': false })).rejects.toMatchObject({
      exitCode: exitCodes.usage,
      message: expect.stringMatching(/GITHUB_TOKEN.*GITHUB_REPOSITORY.*GITHUB_SHA/),
    });
  });

  test('--github-comment throws a usage failure without --github', async () => {
    await expect(run({ github: false, 'github-comment': true })).rejects.toMatchObject({ exitCode: exitCodes.usage });
  });

  test('need no variables if they are not set', async () =>
    expect(await run({ github: false, 'github-comment': false })).toBe(exitCodes.ok));
});
