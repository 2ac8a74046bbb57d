import { access, constants, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pins } from '../../.github/src/layer/pins.ts';
import { workflows } from '../../.github/src/workflows/index.ts';
import { replacedActions } from './replaced.ts';
import { shims } from './shims.ts';
import { stepsFolder, writeShims } from './write-shims.ts';

const folder = await mkdtemp(join(tmpdir(), 'leyenda-shims-'));
afterAll(() => rm(folder, { recursive: true }));
const options = await writeShims(folder);

test('every pinned action is replaced at its commit, by the folder of its repository', () => {
  const replaced = options.filter((option) => option !== '--local-repository');
  const expected = Object.entries(pins).map(([action, { sha }]) => `${action.split('/').slice(0, 2).join('/')}@${sha}=`);
  expect(expected.filter((pin) => !replaced.some((option) => option.startsWith(pin)))).toEqual([]);
  expect(replaced).toContain(`github/codeql-action@${pins['github/codeql-action/init'].sha}=${join(folder, 'github/codeql-action')}`);
});

describe.each(Object.entries(shims))('The shim of %s', (action, { program, inputs, outputs }) => {
  const programText = () => readFile(join(stepsFolder, program), 'utf8');

  test('is a composite action with the inputs and outputs of the table', async () => {
    const file = parse(await readFile(join(folder, action, 'action.yml'), 'utf8'));
    expect([Object.keys(file.inputs), Object.keys(file.outputs), file.runs.using]).toEqual([inputs, outputs, 'composite']);
  });

  test('runs an executable program that reads each input, and no other', async () => {
    await access(join(stepsFolder, program), constants.X_OK);
    const read = new Set((await programText()).match(/\bINPUT_[A-Z_]+/g));
    expect([...read].sort()).toEqual(inputs.map((name) => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`).sort());
  });

  test('writes each output', async () => {
    const text = await programText();
    expect(outputs.filter((name) => !text.includes(`echo "${name}=`))).toEqual([]);
  });
});

test('no program is without an action', async () => {
  const used = new Set([...Object.values(shims).map(({ program }) => program), 'common.sh', 'exit.sh']);
  expect((await readdir(stepsFolder)).filter((file) => !used.has(file))).toEqual([]);
});

test.each(workflows)('the list of replaced actions of $file names each action that it uses once, with its version', ({ ...workflow }) => {
  const listed = replacedActions(workflow.jobs).map((line) => line.split(':')[0]);
  const used = new Set(JSON.stringify(workflow.jobs).match(/(?<="uses":")[^@"./][^@"]*/g));
  const versions = new Map(Object.entries(pins).map(([action, { version }]) => [action, `${action} ${version}`]));
  expect(listed.sort()).toEqual([...used].map((action) => versions.get(action)).sort());
});
