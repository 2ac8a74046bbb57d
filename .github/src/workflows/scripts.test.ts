import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { imageName, product, registryHost } from '../../../contract/product.ts';
import { exitCodes } from '../../../scripts/cli/exit-codes.ts';
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
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), GITHUB_OUTPUT: join(folder, 'output'), ...env },
  });
  const read = (written: string) => readFileSync(join(folder, written), 'utf8').trim();
  return { passed: status === 0, printed: stdout.trim(), output: read('output'), calls: read('calls') };
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('The gate', () => {
  const gate = (required: string, optional: string) =>
    run('ci.yml', 'gate', 'Check the result of every job', { REQUIRED: required, OPTIONAL: optional }).passed;

  test('passes when every job succeeded', () => expect(gate('success success', 'success')).toBe(true));
  test('passes when a job with a condition was skipped', () => expect(gate('success success', 'skipped')).toBe(true));
  test.each(['failure', 'cancelled', 'skipped'])('fails when one job was %s', (result) => {
    expect(gate(`success ${result} success`, 'success')).toBe(false);
  });
  test.each(['failure', 'cancelled'])('fails when a job with a condition was %s', (result) => {
    expect(gate('success', `skipped ${result}`)).toBe(false);
  });
});

/** Runs git in the folder of the scripts, without the settings of the user. */
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder, env: { PATH: process.env.PATH } });
const commit = (message: string) => git('commit', '--quiet', '--allow-empty', '--message', message);

describe('The image', () => {
  const env = { GITHUB_REPOSITORY: 'Some-Owner/Captions', GITHUB_SHA: 'c0ffee1234567890' };
  const output = () => run('release.yml', 'build', 'Name the image', env).output.split('\n');

  test('is named in lower case, with the version of the product before the first tag', () => {
    git('init', '--quiet');
    commit('feat: start');
    expect(output()).toEqual([`name=${imageName('some-owner/captions')}`, `version=${product.version}-gc0ffee1`]);
  });

  test('has the version of the last tag, and the commits since then', () => {
    git('tag', 'v7.1.0');
    expect(output()).toContain('version=7.1.0');
    commit('fix: go on');
    git('tag', 'other');
    expect(output()).toContainEqual(expect.stringMatching(/^version=7\.1\.0-1-g[0-9a-f]{7}$/));
  });

  const image = { NAME: 'ghcr.io/a/b', DIGEST: 'sha256:1', GITHUB_SHA: 'c0ffee1234567890', LC_ALL: 'C.UTF-8' };
  const tag = (file: string, job: string, ref: { readonly GITHUB_REF_NAME: string; readonly GITHUB_REF: string }) => {
    fakeProgram('skopeo', '');
    const { calls } = run(file, job, 'Tag the signed image', { ...image, ...ref });
    return calls.split('\n').map((call) => {
      const [action, ...words] = call.split(' ');
      expect([action, ...words.slice(0, -1)]).toEqual(['copy', '--all', '--preserve-digests', 'docker://ghcr.io/a/b@sha256:1']);
      return words.at(-1)?.replace('docker://ghcr.io/a/b:', '');
    });
  };

  test('is pushed by digest, without a tag', () => {
    fakeProgram('skopeo', '');
    expect(run('release.yml', 'push', 'Push by digest', image).calls).toBe(
      'copy --all --preserve-digests oci:build/image docker://ghcr.io/a/b@sha256:1',
    );
  });

  test('gets tags for commit, branch, both, and latest on the deployed branch', () => {
    expect(tag('release.yml', 'sign', { GITHUB_REF_NAME: 'main', GITHUB_REF: 'refs/heads/main' })).toEqual([
      'sha-c0ffee1234567890',
      'main',
      'main-c0ffee1',
      'latest',
    ]);
  });

  test.each(['develop', 'feature/Ü'])('gets no latest on %s', (name) => {
    const branch = name.replaceAll(/[/Ü]/g, '-');
    expect(tag('release.yml', 'sign', { GITHUB_REF_NAME: name, GITHUB_REF: `refs/heads/${name}` })).toEqual([
      'sha-c0ffee1234567890',
      branch,
      `${branch}-c0ffee1`,
    ]);
  });

  test('gets the version of a git tag, with and without v', () => {
    expect(tag('promote.yml', 'promote', { GITHUB_REF_NAME: 'v7.1.0', GITHUB_REF: 'refs/tags/v7.1.0' })).toEqual(['v7.1.0', '7.1.0']);
  });
});

describe('A git tag', () => {
  const digest = `sha256:${sha256('manifest')}`;
  const find = (skopeo: string) => {
    fakeProgram('skopeo', skopeo);
    fakeProgram('sleep', '');
    writeFileSync(join(folder, 'attempts'), '');
    return run('promote.yml', 'promote', 'Find the image of the commit', { GITHUB_REPOSITORY: 'A/b', GITHUB_SHA: 'c0ffee' });
  };

  test('promotes the digest that the tag of its commit names', () => {
    const { passed, output, calls } = find(`echo ${digest}`);
    expect({ passed, output }).toEqual({ passed: true, output: `name=${imageName('a/b')}\ndigest=${digest}` });
    expect(calls).toBe(`inspect --no-tags --format {{.Digest}} docker://${imageName('a/b')}:sha-c0ffee`);
  });

  test('waits for an image that the branch still builds', () => {
    const { passed, output, calls } = find(`echo x >> attempts; test $(wc -l < attempts) -ge 3 || exit 1; echo ${digest}`);
    expect({ passed, output }).toMatchObject({ passed: true, output: expect.stringContaining(digest) });
    expect(calls.split('\n').filter((call) => call === '30')).toHaveLength(2);
  });

  test.each([
    ['the branch built no image', 'exit 1'],
    ['the registry names no digest', 'echo latest'],
  ])('promotes nothing if %s', (_, skopeo) => {
    expect(find(skopeo)).toMatchObject({ passed: false, output: '' });
  });
});

describe('A release without a cluster', () => {
  const report = (env: Readonly<Record<string, string>>) =>
    run('release.yml', 'sign', 'Report environments without a cluster', { STAGING_CLUSTER: '', PRODUCTION_CLUSTER: '', ...env });
  const notice = (name: string) =>
    `::notice title=No cluster configured::set the repository variable ${name} to deploy (docs/workflows.md)`;

  test('passes with a notice that names the variable to set', () => {
    const { passed, printed } = report({});
    expect({ passed, printed }).toEqual({ passed: true, printed: `${notice('STAGING_CLUSTER')}\n${notice('PRODUCTION_CLUSTER')}` });
  });

  test('reports only the environments that have none', () => {
    expect(report({ STAGING_CLUSTER: 'oidc' })).toMatchObject({ passed: true, printed: notice('PRODUCTION_CLUSTER') });
    expect(report({ STAGING_CLUSTER: 'oidc', PRODUCTION_CLUSTER: 'eks' })).toMatchObject({ passed: true, printed: '' });
  });
});

describe('The load test of staging', () => {
  const loads = (env: Readonly<Record<string, string>>, exit = 0) => {
    fakeProgram('node', `exit ${exit}`);
    return run('release.yml', 'load', 'Check the objectives under load', { LEYENDA_API_KEY: '', ...env });
  };
  const call = 'build/leyenda.js load --rate 20 --seconds 120 --environment staging --confirm staging';

  test('runs with a key, and stops the release if an objective is missed', () => {
    expect(loads({ LEYENDA_API_KEY: 'k' })).toMatchObject({ passed: true, calls: call });
    expect(loads({ LEYENDA_API_KEY: 'k' }, exitCodes.different)).toMatchObject({ passed: false, calls: call });
  });

  test('passes without a key, with a notice that names the secret', () => {
    const { passed, printed, calls } = loads({});
    expect({ passed, calls }).toEqual({ passed: true, calls: '' });
    expect(printed).toMatch(/^::notice title=No load test::set the secret LOAD_API_KEY/);
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
  const image = `${imageName('a/b')}@sha256:${sha256('image')}`;
  const find = (releases: readonly object[], code = 0) => {
    mkdirSync(join(folder, 'build'), { recursive: true });
    fakeProgram('node', `echo '${JSON.stringify({ releases })}'; exit ${code}`);
    return run('nightly.yml', 'deployed-production', 'Find the deployed image', { KUBECONFIG: 'kubeconfig' });
  };

  test('is that of the deployed release, even if a later one failed', () => {
    const failed = { serves: false, image: image.replace(registryHost, 'example.com') };
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
