import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { startApiServer } from './testing/api-server.ts';
import { type FakeGitHub, startFakeGitHub, token } from './testing/fake-github.ts';

let github: FakeGitHub;
let cluster: Awaited<ReturnType<typeof startApiServer>>;
beforeEach(async () => {
  [github, cluster] = await Promise.all([startFakeGitHub(), startApiServer('local')]);
});
afterEach(async () => {
  await Promise.all([github.close(), cluster.close()]);
});

async function leyenda() {
  const kubeconfig = join(await mkdtemp(join(tmpdir(), 'leyenda-')), 'kubeconfig');
  const named = { name: 'fake' };
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake' },
    clusters: [{ ...named, cluster: { server: cluster.url, 'insecure-skip-tls-verify': true } }],
    contexts: [{ ...named, context: { cluster: 'fake', user: 'fake' } }],
    users: [{ ...named, user: {} }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const image = `ghcr.io/example/app@sha256:${'a'.repeat(64)}`;
  const actions = { GITHUB_TOKEN: token, GITHUB_REPOSITORY: 'example/captions', GITHUB_SHA: 'a'.repeat(40), GITHUB_API_URL: github.url };
  const child = spawn(process.execPath, ['scripts/leyenda.js', 'deploy', 'local', '--image', image, '--github'], {
    env: { PATH: process.env.PATH, KUBECONFIG: kubeconfig, ...actions, LEYENDA_DEBUG: '1' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const closed = once(child, 'close').then(([code]: unknown[]) => code);
  return { child, closed, printed: () => printed };
}

test('leyenda deploy reports SIGTERM to GitHub before it exits, and never prints the token', async () => {
  const { child, closed, printed } = await leyenda();
  const states = () => github.deployments[0]?.statuses.map(({ state }) => state) ?? [];
  await waitUntil(() => states().includes('in_progress') || child.exitCode !== null);
  child.kill('SIGTERM');
  const code = await closed;
  expect({ code, states: states(), rejected: github.rejected }).toEqual({
    code: exitCodes.failed,
    states: ['queued', 'in_progress', 'error'],
    rejected: [],
  });
  expect(github.commitStatuses.at(-1)).toMatchObject({ context: 'leyenda/local', state: 'error' });
  expect(printed()).toContain('interrupted by SIGTERM');
  expect(printed()).not.toContain(token);
});
