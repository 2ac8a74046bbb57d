import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseWorkflow, type WorkflowFile } from '../rules/model.ts';
import { renderWorkflows } from './index.ts';

const workflows = new Map([...renderWorkflows()].map(([file, text]): [string, WorkflowFile] => [file, parseWorkflow(file, text)]));
/** Each script once, with its first occurrence. */
const scripts = [
  ...new Map(
    [...workflows.values()]
      .flatMap(({ file, jobs }) => Object.entries(jobs).flatMap(([id, { steps }]) => steps.map((step) => ({ file, id, step }))))
      .filter(({ step }) => step.run !== '')
      .toReversed()
      .map(({ file, id, step }) => [step.run, { where: `${file} ${id}: ${step.name}`, run: step.run }] as const),
  ).values(),
];
const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const withShellcheck = has('shellcheck')
  ? test.each(scripts)
  : test.skip.each([{ where: 'skipped: shellcheck is not installed', run: '' }]);
const withJq = has('jq') ? describe : describe.skip;

describe('The scripts of the workflows', () => {
  test.each(scripts)('$where is valid Bash', ({ run }) => {
    expect(spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' }).stderr).toBe('');
  });

  withShellcheck('$where passes shellcheck', ({ run }) => {
    // Like the runner.
    const input = `set -eo pipefail\n${run}`;
    expect(spawnSync('shellcheck', ['--shell', 'bash', '-'], { input, encoding: 'utf8' }).stdout).toBe('');
  });
});

const folder = mkdtempSync(join(tmpdir(), 'leyenda-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Puts a fake program first on PATH, which records its arguments in `calls`. */
function fakeProgram(name: string, script: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/bash\necho "$*" >> calls\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** Runs the script of a step like a runner, with these variables. */
function run(file: string, job: string, name: string, env: Readonly<Record<string, string>>) {
  const step = workflows.get(file)?.jobs[job]?.steps.find((other) => other.name === name);
  if (step === undefined) throw new Error(`${file} ${job} has no step ${name}`);
  for (const written of ['output', 'calls']) writeFileSync(join(folder, written), '');
  const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), GITHUB_OUTPUT: join(folder, 'output'), ...env },
  });
  const read = (written: string) => readFileSync(join(folder, written), 'utf8').trim();
  return { passed: status === 0, output: read('output'), calls: read('calls') };
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('The gate', () => {
  const gate = (results: string) => run('ci.yml', 'gate', 'Check the result of every job', { RESULTS: results }).passed;

  test('passes when every job succeeded', () => expect(gate('success success success')).toBe(true));
  test.each(['failure', 'cancelled', 'skipped'])('fails when one job was %s', (result) => {
    expect(gate(`success ${result} success`)).toBe(false);
  });
});

describe('The image', () => {
  test('is named in lower case', () => {
    const { output } = run('release.yml', 'build', 'Name the image', { GITHUB_REPOSITORY: 'Some-Owner/Captions' });
    expect(output).toBe('name=ghcr.io/some-owner/captions/instagram-captions-api');
  });

  test('is pushed by digest first, then with valid tags for branch and commit', () => {
    fakeProgram('skopeo', '');
    const env = { NAME: 'ghcr.io/a/b', DIGEST: 'sha256:1', GITHUB_REF_NAME: 'feature/Ü', GITHUB_SHA: 'c0ffee', LC_ALL: 'C.UTF-8' };
    const { calls } = run('release.yml', 'push', 'Push by digest, then tag', env);
    expect(calls.split('\n').map((call) => call.split(' ').at(-1))).toEqual([
      'docker://ghcr.io/a/b@sha256:1',
      'docker://ghcr.io/a/b:feature--',
      'docker://ghcr.io/a/b:sha-c0ffee',
    ]);
  });
});

withJq('The downloaded image', () => {
  const manifest = '{"schemaVersion": 2}';
  const digest = `sha256:${sha256(manifest)}`;
  const check = (content: string, listed: string) => {
    const blobs = join(folder, 'build/image/blobs/sha256');
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, sha256(manifest)), content);
    writeFileSync(join(folder, 'build/image/index.json'), JSON.stringify({ manifests: [{ digest: listed }] }));
    return run('release.yml', 'push', 'Verify the digest of the image', { DIGEST: digest }).passed;
  };

  test('is accepted if it has the digest', () => expect(check(manifest, digest)).toBe(true));
  test('is rejected if it lists another image', () => expect(check(manifest, `sha256:${sha256('other')}`)).toBe(false));
  test('is rejected if its content was changed', () => expect(check('{}', digest)).toBe(false));
});

describe('The downloaded release tool', () => {
  test.each([
    ['is accepted if it has the checksum', sha256('tool'), true],
    ['is rejected if it has another checksum', sha256('other'), false],
    ['is rejected if the checksum is missing', '', false],
  ])('%s', (_, hash, accepted) => {
    mkdirSync(join(folder, 'build'), { recursive: true });
    writeFileSync(join(folder, 'build/leyenda.js'), 'tool');
    expect(run('rollback.yml', 'production', 'Verify the checksum of the release tool', { SHA256: hash }).passed).toBe(accepted);
  });
});

withJq('The deployed image', () => {
  const image = `ghcr.io/a/b/instagram-captions-api@sha256:${sha256('image')}`;
  const find = (releases: readonly object[], code = 0) => {
    mkdirSync(join(folder, 'build'), { recursive: true });
    fakeProgram('node', `echo '${JSON.stringify({ releases })}'; exit ${code}`);
    return run('nightly.yml', 'deployed-production', 'Find the deployed image', { KUBECONFIG: 'kubeconfig' });
  };

  test('is that of the deployed release, even if a later one failed', () => {
    const failed = { serves: false, image: image.replace('ghcr.io', 'example.com') };
    const { passed, output, calls } = find([failed, { serves: true, image }]);
    expect({ passed, output }).toEqual({ passed: true, output: `image=${image}` });
    expect(calls).toBe('build/leyenda.js history production --json');
  });

  test.each([
    ['is unknown before the first release', [], 0],
    ['is rejected if it has a tag', [{ serves: true, image: 'ghcr.io/a/b:latest' }], 0],
    ['is rejected with a line break that would add an output', [{ serves: true, image: `${image}\nother=1` }], 0],
    ['is unknown if the cluster does not respond', [{ serves: true, image }], 7],
  ])('%s: the run fails', (_, releases, code) => {
    expect(find(releases, code)).toMatchObject({ passed: false, output: '' });
  });
});
