import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
/** Runs a program with a Node that reports another version. */
function runWithNode(version: string, program: string) {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${disguise}`, program], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A clone in which `npm ci` has not run. */
const clone = mkdtempSync(join(tmpdir(), 'leyenda-clone-'));
for (const file of [
  'package.json',
  'contract/installed.js',
  'service/main.js',
  'service/main.ts',
  'scripts/leyenda.js',
  'scripts/leyenda.ts',
]) {
  mkdirSync(join(clone, file, '..'), { recursive: true });
  cpSync(join(root, file), join(clone, file), { verbatimSymlinks: true });
}
afterAll(() => rmSync(clone, { recursive: true }));

describe.each([
  ['service/main.js', 'npm start'],
  ['service/main.ts', 'npm start'],
  ['scripts/leyenda.js', 'npx leyenda'],
  ['scripts/leyenda.ts', 'npx leyenda'],
])('%s', (program, command) => {
  test.each(['18.0.0', '20.20.2', '24.11.0'])('exits with one sentence on Node %s', (version) => {
    expect(runWithNode(version, join(root, program))).toEqual({
      status: 1,
      stdout: '',
      stderr: `This is Node ${version}, but Node 26 is required: run ${command}, which uses the Node that npm ci installed.\n`,
    });
  });

  test('exits with one sentence before npm ci', () => {
    expect(runWithNode('20.20.2', join(clone, program))).toEqual({
      status: 1,
      stdout: '',
      stderr: `The packages are not installed: run npm ci, then ${command}.\n`,
    });
  });
});
