import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDeployer } from './testing/deployer.ts';
import { bot, type FakeGitHub, startFakeGitHub } from './testing/fake-github.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.rejected).toEqual([]);
  await github.close();
});

describe('A comment on a failure', () => {
  const foreign = (body: string) => ({ id: 990, number: 990, body, labels: ['leyenda-deploy'], user: { login: 'mallory' } });

  test('replaces the previous one on the pull request', async () => {
    github.hasPullRequest = true;
    github.comments.push(foreign('<!-- leyenda staging -->\nanother user'));
    const deploy = createDeployer(github);
    await deploy('good');
    await deploy('bad', { bad: true, comment: true });
    await deploy('worse', { bad: true, comment: true });
    const [other, own, ...rest] = github.comments;
    expect({ rest, login: own?.user.login, other: other?.body, issues: github.issues }).toEqual({
      rest: [],
      login: bot,
      other: '<!-- leyenda staging -->\nanother user',
      issues: [],
    });
    expect(own?.body).toContain('cause: GET /health returned 500');
    expect(own?.body).toContain('worse@sha256:');
  });

  test('is one issue if there is no pull request', async () => {
    github.issues.push(foreign('<!-- leyenda staging -->\nanother user'));
    const deploy = createDeployer(github);
    await deploy('bad', { bad: true, comment: true });
    await deploy('worse', { bad: true, comment: true });
    expect(github.issues.map(({ user, title }) => [user.login, title])).toEqual([
      ['mallory', undefined],
      [bot, 'The release to staging failed'],
    ]);
    expect(github.issues[1]?.body).toContain('worse@sha256:');
  });

  test('is written only with the flag and for a failed release', async () => {
    github.hasPullRequest = true;
    const deploy = createDeployer(github);
    await deploy('good', { comment: true });
    await deploy('bad', { bad: true });
    expect(github.comments).toEqual([]);
  });
});
