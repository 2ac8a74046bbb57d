import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../workflows/index.ts';
import { checkWithActionlint } from './actionlint.ts';
import { checkWorkflows } from './index.ts';
import { readRepository, workflowFolder } from './repository.ts';
import { checkRules } from './rules.ts';

const root = await mkdtemp(join(tmpdir(), 'leyenda-workflows-'));
const workflow = (name: string) => join(root, workflowFolder, name);
afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  await rm(join(root, '.github'), { recursive: true, force: true });
  await mkdir(join(root, workflowFolder), { recursive: true });
  const bot = ['npm', 'docker', 'github-actions'].map((name) => `  - {package-ecosystem: ${name}, cooldown: {default-days: 7}}\n`);
  await writeFile(join(root, '.github/dependabot.yml'), `updates:\n${bot.join('')}`);
  for (const [name, text] of renderWorkflows()) await writeFile(workflow(name), text);
});

const findings = async () =>
  checkRules(await readRepository(root)).findings.map(({ file, line, checker, text }) => `${file}:${line}: ${checker}: ${text}`);

describe('checkWorkflows', () => {
  test('has no findings for files that equal their source', async () => {
    expect((await checkWorkflows(root)).map((report) => report.findings)).toEqual([[], [], []]);
  });

  test('returns file, line and rule of a finding', async () => {
    const text = renderWorkflows().get('codeql.yml') ?? '';
    await writeFile(workflow('codeql.yml'), text.replace('timeout-minutes: 20', 'timeout-minute: 20'));
    const lines = text.split('\n');
    const changed = lines.indexOf('    timeout-minutes: 20') + 1;
    expect(await findings()).toEqual([
      `.github/workflows/codeql.yml:${changed}: rule 1: differs from its source`,
      `.github/workflows/codeql.yml:${lines.indexOf('  typescript:') + 1}: rule 18: typescript: has no timeout-minutes`,
    ]);
  });

  test('finds files without a source, missing files and invalid files', async () => {
    await writeFile(workflow('other.yml'), 'on: push\npermissions: {}\njobs: {}\n');
    await rm(workflow('ci.yml'));
    await writeFile(workflow('rollback.yml'), 'jobs: [');
    expect(await findings()).toEqual([
      expect.stringMatching(/rollback\.yml:1: rules: is not a workflow: .*\[/),
      '.github/workflows/ci.yml:1: rule 1: is missing',
      '.github/workflows/rollback.yml:1: rule 1: differs from its source',
      '.github/workflows/other.yml:1: rule 1: has no source',
    ]);
  });

  test('finds a missing configuration of the update bot', async () => {
    await rm(join(root, '.github/dependabot.yml'));
    expect(await findings()).toContain('.github/dependabot.yml:1: rule 5: npm is not updated');
  });
});

describe('actionlint', () => {
  /** Puts a fake actionlint first on PATH. */
  async function fakeActionlint(script: string): Promise<string> {
    const folder = await mkdtemp(join(root, 'bin-'));
    await writeFile(join(folder, 'actionlint'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'actionlint'), 0o755);
    return [folder, process.env.PATH].join(delimiter);
  }

  test('checks the files and returns its findings', async () => {
    // Its last argument is the file.
    const path = await fakeActionlint(
      `echo '[{"message":"label is unknown","filepath":"'"$4"'","line":7,"column":1,"kind":"runner-label"}]'; exit 1`,
    );
    expect(await checkWithActionlint(root, ['ci.yml'], path)).toEqual({
      checker: 'actionlint',
      findings: [{ file: '.github/workflows/ci.yml', line: 7, checker: 'actionlint (runner-label)', text: 'label is unknown' }],
    });
  });

  test('returns no findings for null', async () => {
    expect(await checkWithActionlint(root, ['ci.yml'], await fakeActionlint('echo null'))).toEqual({ checker: 'actionlint', findings: [] });
  });

  test('is skipped if it is not on PATH', async () => {
    expect(await checkWithActionlint(root, ['ci.yml'], join(root, 'nowhere'))).toEqual({
      checker: 'actionlint',
      findings: [],
      skipped: 'not on PATH',
    });
  });

  test('throws if actionlint fails', async () => {
    const path = await fakeActionlint('echo "no such file" >&2; exit 3');
    await expect(checkWithActionlint(root, ['ci.yml'], path)).rejects.toThrow('actionlint failed: no such file');
  });
});
