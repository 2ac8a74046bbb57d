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

describe('a failure is commented on', () => {
  const foreign = (body: string) => ({ id: 990, number: 990, body, labels: ['leyenda-deploy'], user: { login: 'mallory' } });

  test('on the pull request, once, with the newest evidence', async () => {
    github.hasPullRequest = true;
    github.comments.push(foreign('<!-- leyenda staging -->\nnot ours'));
    const ship = createDeployer(github);
    await ship('good');
    await ship('bad', { bad: true, comment: true });
    await ship('worse', { bad: true, comment: true });
    const [other, ours, ...rest] = github.comments;
    expect({ rest, login: ours?.user.login, other: other?.body, issues: github.issues }).toEqual({
      rest: [],
      login: bot,
      other: '<!-- leyenda staging -->\nnot ours',
      issues: [],
    });
    expect(ours?.body).toContain('cause: GET /health answered 500');
    expect(ours?.body).toContain('worse@sha256:');
  });

  test('in one issue where there is no pull request', async () => {
    github.issues.push(foreign('<!-- leyenda staging -->\nnot ours'));
    const ship = createDeployer(github);
    await ship('bad', { bad: true, comment: true });
    await ship('worse', { bad: true, comment: true });
    expect(github.issues.map(({ user, title }) => [user.login, title])).toEqual([
      ['mallory', undefined],
      [bot, 'The release to staging failed'],
    ]);
    expect(github.issues[1]?.body).toContain('worse@sha256:');
  });

  test('only where that is asked for, and never for a good release', async () => {
    github.hasPullRequest = true;
    const ship = createDeployer(github);
    await ship('good', { comment: true });
    await ship('bad', { bad: true });
    expect(github.comments).toEqual([]);
  });
});
