import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exitCodes } from '../cli/exit-codes.ts';
import { commitStatesOf, createDeployer, statesOf, warningsIn } from './testing/deployer.ts';
import { type FakeGitHub, startFakeGitHub, token } from './testing/fake-github.ts';
import type { Fault } from './testing/faults.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.rejected).toEqual([]);
  await github.close();
});

describe('when GitHub is not well', () => {
  test.each<[string, Fault[]]>([
    ['answers 502 twice', ['bad-gateway', 'bad-gateway']],
    ['has a secondary limit', ['secondary-limit']],
    ['has too many requests', ['too-many']],
    ['has its limit used up', ['primary-limit']],
    ['answers garbage', ['garbage']],
    ['hangs', ['hang']],
    ['resets the connection', ['reset']],
  ])('and %s, everything is told all the same, once and in order', async (_how, trouble) => {
    github.faults.push(...trouble);
    const { exitCode, lines } = await createDeployer(github)('good');
    expect({ exitCode, warnings: warningsIn(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
    expect(github.faults).toEqual([]);
    expect(github.deployments).toHaveLength(1);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });

  test('and an answer gets lost, the deployment is found again and not made twice', async () => {
    github.faults.push('lost');
    await createDeployer(github)('good');
    expect(github.deployments).toHaveLength(1);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
  });

  test.each<[Fault, boolean]>([
    ['reset', false],
    ['reset', true],
    ['hang', false],
    ['hang', true],
    ['bad-gateway', false],
    ['garbage', false],
  ])('all the time (%s), a release ends as it would (bad: %p), within the bound, with one line of warning', async (always, bad) => {
    const ship = createDeployer(github);
    await ship('good');
    github.permanentFault = always;
    const { exitCode, lines } = await ship('next', { bad, limits: { end: 700 } });
    expect(exitCode).toBe(bad ? exitCodes.rolledBack : exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('GitHub was not told everything')]);
    expect(lines.at(-1)).not.toContain('\n');
    expect(lines.join('\n')).not.toContain(token);
  });

  test('and wants an hour of patience, nobody waits for it', async () => {
    github.permanentFault = 'limited-for-an-hour';
    const { exitCode, lines } = await createDeployer(github)('good', { limits: { end: 20_000 } });
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('API rate limit exceeded')]);
  });

  test('and the token lacks a right, the warning names it, and the rest is told', async () => {
    github.faults.push('forbidden');
    const { exitCode, lines } = await createDeployer(github)('good');
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([
      'warning: GitHub was not told everything, which changes nothing for the release: ' +
        'deployment: Resource not accessible by integration (the token needs deployments: write)',
    ]);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });
});
