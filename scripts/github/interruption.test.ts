import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { commitStatesOf, createDeployer, statesOf } from './testing/deployer.ts';
import { type FakeGitHub, startFakeGitHub } from './testing/fake-github.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  expect(github.rejected).toEqual([]);
  await github.close();
});

describe('An interruption', () => {
  const stuck = (object: KubeObject): KubeObject =>
    object.kind === 'Deployment' ? { ...object, status: { observedGeneration: object.metadata.generation, replicas: 1 } } : object;

  test('is reported as an error before the process exits, after the earlier reports', async () => {
    const interruption = new AbortController();
    const deploying = createDeployer(github)('good', {
      controller: stuck,
      interruption: interruption.signal,
      timeouts: { interrupted: 60_000 },
    });
    await waitUntil(() => statesOf(github)?.includes('in_progress') === true);
    interruption.abort(new Error('interrupted by SIGTERM'));
    const { exitCode } = await deploying;
    expect(exitCode).toBe(exitCodes.failed);
    expect(statesOf(github)).toEqual(['queued', 'in_progress', 'error']);
    expect(github.deployments[0]?.statuses.at(-1)).toMatchObject({ description: expect.stringMatching(/^interrupted by SIGTERM/) });
    expect(commitStatesOf(github).at(-1)).toBe('error');
  });

  test('skips pending reports so that the final one is in time', async () => {
    const interruption = new AbortController();
    github.faults.push('secondary-limit');
    const deploying = createDeployer(github)('good', { controller: stuck, interruption: interruption.signal });
    await waitUntil(() => github.requests.length > 0);
    interruption.abort(new Error('interrupted by SIGINT'));
    await deploying;
    expect(statesOf(github)).toEqual(['error']);
    expect(commitStatesOf(github)).toEqual(['error']);
  });

  test('that was not reported is reported by the next deploy, which ignores other deployments', async () => {
    const deploy = createDeployer(github);
    await deploy('good');
    const [first] = github.deployments;
    if (first === undefined) throw new Error('no deployment');
    const another = (id: number, payload: Record<string, string>, state: 'queued' | 'in_progress', created_at = new Date().toISOString()) =>
      github.deployments.push({ ...first, id, payload, created_at, statuses: [{ state, description: '', auto_inactive: false }] });
    const own = { by: 'leyenda', key: 'k' };
    another(1, own, 'in_progress');
    another(2, own, 'queued');
    another(3, own, 'queued', '2026-01-01T00:00:00Z');
    another(4, {}, 'in_progress');
    await deploy('next');
    const last = (id: number) => github.deployments.find((one) => one.id === id)?.statuses.at(-1)?.state;
    expect([1, 2, 3, 4].map(last)).toEqual(['error', 'queued', 'error', 'in_progress']);
    expect(first.statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'success']);
  });
});
