import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { rehearsedEnvironments } from './environments.ts';
import { run } from './programs.ts';
import { createCommit } from './repository.ts';

const workflow = 'environment:\n  name: staging\n  deployment: false\n';

let folder: string;
let source: string;
const git = (repository: string, ...args: readonly string[]) => run('git', ['-C', repository, ...args]);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leyenda-commit-'));
  source = join(folder, 'source');
  await run('git', ['init', '--quiet', source]);
  await run('mkdir', [join(source, 'service')]);
  await run('mkdir', ['-p', join(source, '.github/workflows')]);
  await writeFile(join(source, '.github/workflows/ci.yml'), workflow);
  await writeFile(join(source, 'service/start.ts'), 'start();\n');
  await git(source, 'add', '.');
  await git(source, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'feat: start');
  await writeFile(join(source, 'service/start.ts'), 'not committed');
});
afterAll(() => rm(folder, { recursive: true }));

test('rehearses HEAD on the branch main of the fake repository, without what is not committed', async () => {
  const commit = await createCommit(join(folder, 'good'), source, { bad: false });
  expect(commit.sha).toBe((await git(source, 'rev-parse', 'HEAD')).trim());
  expect(await git(commit.folder, 'remote', 'get-url', 'origin')).toBe('https://github.com/example/captions.git\n');
  expect(await readFile(join(commit.folder, 'service/start.ts'), 'utf8')).toBe('start();\n');
});

test('removes what act does not know from the workflows that it reads, and not from the commit', async () => {
  const commit = await createCommit(join(folder, 'act'), source, { bad: false });
  expect(await readFile(join(commit.folder, '.github/workflows/ci.yml'), 'utf8')).toBe('environment:\n  name: staging\n');
  expect(await git(commit.folder, 'show', 'HEAD:.github/workflows/ci.yml')).toBe(workflow);
});

test('adds a bad commit whose service only throws on a cluster', async () => {
  const commit = await createCommit(join(folder, 'bad'), source, { bad: true });
  expect(await git(commit.folder, 'rev-list', '--count', 'HEAD')).toBe('2\n');
  const program = (await readFile(join(commit.folder, 'service/start.ts'), 'utf8')).replace('start();', '');
  const start = (env: NodeJS.ProcessEnv) => run(process.execPath, ['--eval', program], { env });
  await expect(start({ ROLE: 'api' })).resolves.toBe('');
  await expect(start({ ROLE: 'migrate', KUBERNETES_SERVICE_HOST: '10.0.0.1' })).resolves.toBe('');
  await expect(start({ ROLE: 'api', KUBERNETES_SERVICE_HOST: '10.0.0.1' })).rejects.toThrow('cannot read the price list');
});

test('the rehearsed environments need no operator: every object is of a kind of Kubernetes', () => {
  const versions = rehearsedEnvironments.flatMap((environment) => synthesizeEnvironment(environment)).flatMap(({ objects }) => objects);
  expect([...new Set(versions.map(({ apiVersion }) => apiVersion))].sort()).toEqual([
    'apps/v1',
    'autoscaling/v2',
    'batch/v1',
    'networking.k8s.io/v1',
    'policy/v1',
    'rbac.authorization.k8s.io/v1',
    'scheduling.k8s.io/v1',
    'v1',
  ]);
});
