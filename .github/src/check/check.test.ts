import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../workflows/index.ts';
import { checkWithActionlint } from './actionlint.ts';
import { checkWorkflows } from './index.ts';
import { readRepository } from './repository.ts';
import { checkRules } from './rules.ts';
import { workflowFolder } from './workflow-folder.ts';

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

describe('The check of a repository', () => {
  test('has nothing against files that equal their source', async () => {
    expect((await checkWorkflows(root)).map((verdict) => verdict.findings)).toEqual([[], [], []]);
  });

  test('names file, line and rule', async () => {
    const text = renderWorkflows().get('codeql.yml') ?? '';
    await writeFile(workflow('codeql.yml'), text.replace('timeout-minutes: 20', 'timeout-minute: 20'));
    const lines = text.split('\n');
    const changed = lines.indexOf('    timeout-minutes: 20') + 1;
    expect(await findings()).toEqual([
      `.github/workflows/codeql.yml:${changed}: rule 1: differs from its source`,
      `.github/workflows/codeql.yml:${lines.indexOf('  typescript:') + 1}: rule 18: typescript: has no timeout-minutes`,
    ]);
  });

  test('finds a file that nobody generates, one that is gone, and one that is no workflow', async () => {
    await writeFile(workflow('stranger.yml'), 'on: push\npermissions: {}\njobs: {}\n');
    await rm(workflow('ci.yml'));
    await writeFile(workflow('rollback.yml'), 'jobs: [');
    expect(await findings()).toEqual([
      expect.stringMatching(/rollback\.yml:1: rules: is no workflow: .*\[/),
      '.github/workflows/ci.yml:1: rule 1: is missing',
      '.github/workflows/rollback.yml:1: rule 1: differs from its source',
      '.github/workflows/stranger.yml:1: rule 1: has no source',
    ]);
  });

  test('finds an update bot that is not there', async () => {
    await rm(join(root, '.github/dependabot.yml'));
    expect(await findings()).toContain('.github/dependabot.yml:1: rule 5: npm is not watched');
  });
});

describe('actionlint', () => {
  /** A program of that name before all others on PATH. */
  async function standIn(script: string): Promise<string> {
    const folder = await mkdtemp(join(root, 'bin-'));
    await writeFile(join(folder, 'actionlint'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'actionlint'), 0o755);
    return [folder, process.env.PATH].join(delimiter);
  }

  test('is asked about the files, and what it found is told', async () => {
    // Its last argument is the file.
    const path = await standIn(
      `echo '[{"message":"label is unknown","filepath":"'"$4"'","line":7,"column":1,"kind":"runner-label"}]'; exit 1`,
    );
    expect(await checkWithActionlint(root, ['ci.yml'], path)).toEqual({
      checker: 'actionlint',
      findings: [{ file: '.github/workflows/ci.yml', line: 7, checker: 'actionlint (runner-label)', text: 'label is unknown' }],
    });
  });

  test('may find nothing', async () => {
    expect(await checkWithActionlint(root, ['ci.yml'], await standIn('echo null'))).toEqual({ checker: 'actionlint', findings: [] });
  });

  test('is skipped, and said to be, where it is not on PATH', async () => {
    expect(await checkWithActionlint(root, ['ci.yml'], join(root, 'nowhere'))).toEqual({
      checker: 'actionlint',
      findings: [],
      skipped: 'not on PATH',
    });
  });

  test('that fails is not taken for one that found nothing', async () => {
    const path = await standIn('echo "no such file" >&2; exit 3');
    await expect(checkWithActionlint(root, ['ci.yml'], path)).rejects.toThrow('actionlint failed: no such file');
  });
});
