import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exitCodes } from '../../service/contract/cli.ts';
import { Failure } from '../cli/failure.ts';
import type { KubeObject } from '../rollout/objects.ts';
import { silentOutput } from '../rollout/testing/output.ts';
import { bot, type FakeGitHub, startFakeGitHub, token } from './testing/fake-github.ts';
import type { Misbehaviour } from './testing/misbehaviour.ts';
import { digestOf, scene, sha } from './testing/scene.ts';
import { withGitHub } from './with-github.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.refused).toEqual([]);
  await github.close();
});

const statesOf = (position = 0) => github.deployments[position]?.statuses.map(({ state }) => state);
const commitStates = () => github.commitStatuses.map(({ state }) => state);
const warnings = (lines: readonly string[]) => lines.filter((line) => line.startsWith('warning: '));
const runUrl = 'https://github.com/example/captions/actions/runs/7/attempts/1';

describe('GitHub is told', () => {
  test('of a good release: what it is, and that it waits, is rolled out and serves', async () => {
    const ship = scene(github);
    const { exitCode, lines } = await ship('good');
    expect({ exitCode, warnings: warnings(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
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
    expect(statesOf()).toEqual(['queued', 'in_progress', 'success']);
    expect(github.deployments[0]?.statuses.at(-1)).toEqual({
      state: 'success',
      description: 'revision 1 serves',
      log_url: runUrl,
      environment_url: 'https://staging.api.yourapp.com',
      auto_inactive: true,
    });
    expect(commitStates()).toEqual(['pending', 'pending', 'success']);
    expect(github.commitStatuses.at(-1)).toMatchObject({ context: 'leyenda/staging', target_url: runUrl });
  });

  test('of a bad release: its cause and where the log is, and what served before stays active', async () => {
    const ship = scene(github);
    await ship('good');
    expect(await ship('bad', { bad: true })).toMatchObject({ exitCode: exitCodes.rolledBack });
    expect(statesOf(1)).toEqual(['queued', 'in_progress', 'failure']);
    expect(github.deployments[1]?.statuses.at(-1)).toMatchObject({
      description: 'taken back to revision 1: GET /health answered 500',
      log_url: runUrl,
      auto_inactive: false,
    });
    expect(github.commitStatuses.at(-1)).toMatchObject({
      state: 'failure',
      description: expect.stringContaining('GET /health answered 500'),
    });
    expect(statesOf(0)).toEqual(['queued', 'in_progress', 'success']);
  });

  test('of a rollback: for the commit whose image it brings back, though a newer one runs it', async () => {
    const ship = scene(github);
    const newer = 'b'.repeat(40);
    await ship('good');
    await ship('next', { sha: newer });
    expect(await ship('', { task: 'rollback', sha: newer })).toMatchObject({ exitCode: exitCodes.ok });
    expect(github.deployments.map(({ task, ref }) => [task, ref])).toEqual([
      ['deploy', sha],
      ['deploy', newer],
      ['rollback', sha],
    ]);
    expect(github.deployments[2]?.payload).toMatchObject({ digest: digestOf('good'), revision: 3 });
    expect(statesOf(2)).toEqual(['queued', 'in_progress', 'success']);
    expect(github.commitStatuses.at(-1)).toMatchObject({ sha, state: 'success', description: expect.stringContaining('brought back') });
  });

  test('of a release that changes nothing, at once', async () => {
    const ship = scene(github);
    await ship('good');
    await ship('good');
    expect(statesOf(1)).toEqual(['success']);
  });

  test('of a release that ends before it begins', async () => {
    await expect(scene(github)('good', { throws: new Failure('refused', 'spec.replicas is owned by kubectl', 'x') })).rejects.toThrow(
      'spec.replicas',
    );
    expect(github.deployments[0]?.statuses).toMatchObject([{ state: 'failure', description: 'spec.replicas is owned by kubectl' }]);
  });

  test.each<[string, { dryRun?: boolean; throws?: Error }]>([
    ['a dry run', { dryRun: true }],
    ['a bad argument', { throws: new Failure('usage', 'not named by digest', 'x') }],
  ])('nothing of %s', async (_what, shipping) => {
    await scene(github)('good', shipping).catch(() => {});
    expect(github.requests).toEqual([]);
  });
});

describe('when GitHub is not well', () => {
  test.each<[string, Misbehaviour[]]>([
    ['answers 502 three times', ['bad-gateway', 'bad-gateway', 'bad-gateway']],
    ['has a secondary limit', ['secondary-limit']],
    ['has too many requests', ['too-many']],
    ['has its limit used up', ['primary-limit']],
    ['answers garbage', ['garbage']],
    ['hangs', ['hang']],
    ['resets the connection', ['reset']],
  ])('and %s, everything is told all the same, once and in order', async (_how, trouble) => {
    github.trouble.push(...trouble);
    const { exitCode, lines } = await scene(github)('good');
    expect({ exitCode, warnings: warnings(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
    expect(github.trouble).toEqual([]);
    expect(github.deployments).toHaveLength(1);
    expect(statesOf()).toEqual(['queued', 'in_progress', 'success']);
    expect(commitStates()).toEqual(['pending', 'pending', 'success']);
  });

  test('and an answer gets lost, the deployment is found again and not made twice', async () => {
    github.trouble.push('lost');
    await scene(github)('good');
    expect(github.deployments).toHaveLength(1);
    expect(statesOf()).toEqual(['queued', 'in_progress', 'success']);
  });

  test.each<[Misbehaviour, boolean]>([
    ['reset', false],
    ['reset', true],
    ['hang', false],
    ['hang', true],
    ['bad-gateway', false],
    ['garbage', false],
  ])('all the time (%s), a release ends as it would (bad: %p), within the bound, with one line of warning', async (always, bad) => {
    const ship = scene(github);
    await ship('good');
    github.always = always;
    const { exitCode, lines, seconds } = await ship('next', { bad, limits: { end: 700 } });
    expect(exitCode).toBe(bad ? exitCodes.rolledBack : exitCodes.ok);
    expect(warnings(lines)).toEqual([expect.stringContaining('GitHub was not told everything')]);
    expect(lines.at(-1)).not.toContain('\n');
    expect(seconds).toBeLessThan(6);
    expect(lines.join('\n')).not.toContain(token);
  });

  test('and wants an hour of patience, nobody waits for it', async () => {
    github.always = 'limited-for-an-hour';
    const { exitCode, seconds, lines } = await scene(github)('good', { limits: { end: 20_000 } });
    expect(exitCode).toBe(exitCodes.ok);
    expect(seconds).toBeLessThan(6);
    expect(warnings(lines)).toEqual([expect.stringContaining('API rate limit exceeded')]);
  });

  test('and the token lacks a right, the warning names it, and the rest is told', async () => {
    github.trouble.push('forbidden');
    const { exitCode, lines } = await scene(github)('good');
    expect(exitCode).toBe(exitCodes.ok);
    expect(warnings(lines)).toEqual([
      'warning: GitHub was not told everything, which changes nothing for the release: ' +
        'deployment: Resource not accessible by integration (the token needs deployments: write)',
    ]);
    expect(commitStates()).toEqual(['pending', 'pending', 'success']);
  });
});

describe('an interruption', () => {
  const stuck = (object: KubeObject): KubeObject =>
    object.kind === 'Deployment' ? { ...object, status: { observedGeneration: object.metadata.generation, replicas: 1 } } : object;

  test('is told as an error before the process ends, and after what was told before', async () => {
    const interruption = new AbortController();
    const shipping = scene(github)('good', { controller: stuck, interruption: interruption.signal });
    await seen(() => statesOf()?.includes('in_progress') === true);
    interruption.abort(new Error('interrupted by SIGTERM'));
    const { exitCode } = await shipping;
    expect(exitCode).toBe(exitCodes.failed);
    expect(statesOf()).toEqual(['queued', 'in_progress', 'error']);
    expect(github.deployments[0]?.statuses.at(-1)).toMatchObject({ description: expect.stringMatching(/^interrupted by SIGTERM/) });
    expect(commitStates().at(-1)).toBe('error');
  });

  test('leaves out what GitHub had no time for, rather than being late', async () => {
    const interruption = new AbortController();
    github.trouble.push('secondary-limit');
    const shipping = scene(github)('good', { controller: stuck, interruption: interruption.signal });
    await seen(() => github.requests.length > 0);
    interruption.abort(new Error('interrupted by SIGINT'));
    await shipping;
    expect(statesOf()).toEqual(['error']);
    expect(commitStates()).toEqual(['error']);
  });

  test('that nobody could tell of is told by the next deploy, which leaves others alone', async () => {
    const ship = scene(github);
    await ship('good');
    const [first] = github.deployments;
    if (first === undefined) throw new Error('no deployment');
    const another = (id: number, payload: Record<string, string>, state: 'queued' | 'in_progress', created_at = new Date().toISOString()) =>
      github.deployments.push({ ...first, id, payload, created_at, statuses: [{ state, description: '', auto_inactive: false }] });
    const ours = { by: 'leyenda', key: 'k' };
    another(1, ours, 'in_progress');
    another(2, ours, 'queued');
    another(3, ours, 'queued', '2026-01-01T00:00:00Z');
    another(4, {}, 'in_progress');
    await ship('next');
    const last = (id: number) => github.deployments.find((one) => one.id === id)?.statuses.at(-1)?.state;
    expect([1, 2, 3, 4].map(last)).toEqual(['error', 'queued', 'error', 'in_progress']);
    expect(first.statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'success']);
  });
});

describe('a failure is commented on', () => {
  const foreign = (body: string) => ({ id: 990, number: 990, body, labels: ['leyenda-deploy'], user: { login: 'mallory' } });

  test('on the pull request, once, with the newest evidence', async () => {
    github.hasPullRequest = true;
    github.comments.push(foreign('<!-- leyenda staging -->\nnot ours'));
    const ship = scene(github);
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
    const ship = scene(github);
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
    const ship = scene(github);
    await ship('good', { comment: true });
    await ship('bad', { bad: true });
    expect(github.comments).toEqual([]);
  });
});

describe('the flags', () => {
  const run = (flags: { github: boolean; 'github-comment': boolean }) => {
    const context = { out: silentOutput, signal: new AbortController().signal, env: {} };
    return withGitHub({ task: 'rollback', environment: 'local' }, flags, context, async () => exitCodes.ok);
  };

  test('--github names everything that it needs, before anything begins', async () => {
    await expect(run({ github: true, 'github-comment': false })).rejects.toMatchObject({
      exitCode: exitCodes.usage,
      message: expect.stringMatching(/GITHUB_TOKEN.*GITHUB_REPOSITORY.*GITHUB_SHA/),
    });
  });

  test('--github-comment alone tells nobody, and is refused', async () => {
    await expect(run({ github: false, 'github-comment': true })).rejects.toMatchObject({ exitCode: exitCodes.usage });
  });

  test('without them nothing is needed', async () => expect(await run({ github: false, 'github-comment': false })).toBe(exitCodes.ok));
});

async function seen(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
