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

describe('When GitHub fails', () => {
  test.each<[string, Fault[]]>([
    ['with 502 twice', ['bad-gateway', 'bad-gateway']],
    ['with a secondary rate limit', ['secondary-limit']],
    ['with 429', ['too-many']],
    ['with an exhausted rate limit', ['primary-limit']],
    ['with invalid JSON', ['invalid-json']],
    ['with a request that hangs', ['hang']],
    ['with a connection reset', ['reset']],
  ])('%s, every report is retried and arrives once and in order', async (_how, faults) => {
    github.faults.push(...faults);
    const { exitCode, lines } = await createDeployer(github)('good');
    expect({ exitCode, warnings: warningsIn(lines) }).toEqual({ exitCode: exitCodes.ok, warnings: [] });
    expect(github.faults).toEqual([]);
    expect(github.deployments).toHaveLength(1);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'success']);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });

  test('by losing a response, the deployment is found and not created twice', async () => {
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
    ['invalid-json', false],
  ])('permanently (%s), the release has the same result (bad: %p) in time, with one line of warning', async (fault, bad) => {
    const deploy = createDeployer(github);
    await deploy('good');
    github.permanentFault = fault;
    const { exitCode, lines } = await deploy('next', { bad, timeouts: { end: 700 } });
    expect(exitCode).toBe(bad ? exitCodes.rolledBack : exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('some reports to GitHub failed')]);
    expect(lines.at(-1)).not.toContain('\n');
    expect(lines.join('\n')).not.toContain(token);
  });

  test('with a rate limit of an hour, the release does not wait', async () => {
    github.permanentFault = 'limited-for-an-hour';
    const { exitCode, lines } = await createDeployer(github)('good', { timeouts: { end: 20_000 } });
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([expect.stringContaining('API rate limit exceeded')]);
  });

  test('with a missing permission, the warning names it, and the other reports arrive', async () => {
    github.faults.push('forbidden');
    const { exitCode, lines } = await createDeployer(github)('good');
    expect(exitCode).toBe(exitCodes.ok);
    expect(warningsIn(lines)).toEqual([
      'warning: some reports to GitHub failed, which does not affect the release: ' +
        'deployment: Resource not accessible by integration (the token needs deployments: write)',
    ]);
    expect(commitStatesOf(github)).toEqual(['pending', 'pending', 'success']);
  });
});
