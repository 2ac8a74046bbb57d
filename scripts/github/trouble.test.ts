import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exitCodes } from '../../contract/cli.ts';
import { type FakeGitHub, startFakeGitHub, token } from './testing/fake-github.ts';
import type { Misbehaviour } from './testing/misbehaviour.ts';
import { commitStatesOf, scene, statesOf, warningsIn } from './testing/scene.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.refused).toEqual([]);
  await github.close();
});

describe('when GitHub is not well', () => {
  test.each<[string, Misbehaviour[]]>([
    ['answers 502 twice', ['bad-gateway', 'bad-gateway']],
    ['has a secondary limit', ['secondary-limit']],
    ['has too many requests', ['too-many']],
    ['has its limit used up', ['primary-limit']],
    ['answers garbage', ['garbage']],
    ['hangs', ['hang']],
    ['resets the connection', ['reset']],
  ])('and %s, everything is told all the same, once and in order', async (_how, trouble) => {
    github.trouble.push(...trouble);
    const { exitCode, lines } = await scene(github)('good');
    expect({ exitCode, warnings: warningsIn(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
    expect(github.trouble).toEqual([]);
    expect(github.deployments).toHaveLength(1);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });

  test('and an answer gets lost, the deployment is found again and not made twice', async () => {
    github.trouble.push('lost');
    await scene(github)('good');
    expect(github.deployments).toHaveLength(1);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
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
    const { exitCode, lines } = await ship('next', { bad, limits: { end: 700 } });
    expect(exitCode).toBe(bad ? exitCodes.rolledBack : exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('GitHub was not told everything')]);
    expect(lines.at(-1)).not.toContain('\n');
    expect(lines.join('\n')).not.toContain(token);
  });

  test('and wants an hour of patience, nobody waits for it', async () => {
    github.always = 'limited-for-an-hour';
    const { exitCode, lines } = await scene(github)('good', { limits: { end: 20_000 } });
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('API rate limit exceeded')]);
  });

  test('and the token lacks a right, the warning names it, and the rest is told', async () => {
    github.trouble.push('forbidden');
    const { exitCode, lines } = await scene(github)('good');
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([
      'warning: GitHub was not told everything, which changes nothing for the release: ' +
        'deployment: Resource not accessible by integration (the token needs deployments: write)',
    ]);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });
});
