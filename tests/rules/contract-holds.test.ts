import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { compileMistakes } from '../../scripts/docs/mistakes/compile.ts';
import type { Mistake } from '../../scripts/docs/mistakes/mistake.ts';
import { startMistakes } from '../../scripts/docs/mistakes/start.ts';
import { synthMistakes } from '../../scripts/docs/mistakes/synth.ts';
import { parseSettings } from '../../service/settings.ts';
import { root } from './sources.ts';

const copy = mkdtempSync(join(tmpdir(), 'leyenda-mistakes-'));
const node = process.execPath;

function make(mistake: Mistake, folder: string): void {
  const path = join(folder, mistake.file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(mistake.from)) throw new Error(`${mistake.file} no longer holds ${JSON.stringify(mistake.from)}: update the mistake`);
  writeFileSync(
    path,
    text.replace(mistake.from, () => mistake.to),
  );
}

function undo(mistake: Mistake): void {
  writeFileSync(join(copy, mistake.file), readFileSync(join(root, mistake.file)));
}

/** Each checker of tsc resolves shared types for itself: two take half the time of the default four. */
const compile = () =>
  spawnSync(node, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--checkers', '2', '--pretty', 'false', '-p', '.'], {
    cwd: copy,
    encoding: 'utf8',
  });
/** Errors of all mistakes together; each names its file. */
let errors = '';
const synth = () =>
  spawnSync(node, ['manifests/main.ts'], { cwd: copy, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: join(copy, 'dist') } });

describe('The contract holds', () => {
  beforeAll(() => {
    for (const path of [
      'contract',
      'service',
      'manifests',
      'scripts',
      '.github/src',
      '.github/pins',
      'tsconfig.json',
      'package.json',
      'Dockerfile',
    ]) {
      cpSync(join(root, path), join(copy, path), {
        recursive: true,
        filter: (source) => !/\.test\.ts$|recorded|tools\/node_modules/.test(source),
      });
    }
    writeFileSync(join(copy, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(', "tests"', ''));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const mistake of compileMistakes) make(mistake, copy);
    errors = compile().stdout;
    for (const mistake of compileMistakes) undo(mistake);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('an unchanged copy synthesizes (npm run check shows that it compiles)', () => expect(synth().stderr).toBe(''));

  test.each(compileMistakes)('the compiler rejects that $name', (mistake) => {
    for (const part of mistake.says) expect(errors).toMatch(part);
  });

  test.each(synthMistakes)('synth rejects that $name', (mistake) => {
    make(mistake, copy);
    const { stderr, status } = synth();
    undo(mistake);
    expect(status).not.toBe(0);
    for (const part of mistake.says) expect(stderr).toMatch(part);
  });

  test.each(startMistakes)('the service does not start if $mistake', ({ variables, says }) => {
    const parsed = parseSettings(variables);
    expect('violations' in parsed ? parsed.violations.join('\n') : 'it started').toMatch(says);
  });

  test('a setting that only a worker reads is added in one file', () => {
    make(onlyForWorkers, copy);
    const { stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', report], { cwd: copy, encoding: 'utf8' });
    undo(onlyForWorkers);
    expect(stderr).toBe('');
    const { configMaps, units, documents, good, bad } = JSON.parse(stdout);
    expect(configMaps).toEqual([`${product.name}-config-worker 3`]);
    expect(units).toEqual(['worker 3']);
    expect(documents).toEqual(expect.arrayContaining(['docs/configuration.md', '.env.example', 'compose.production.yaml']));
    expect(good).toBe(7);
    expect(bad).toEqual(['BATCH_PAUSE: must be a whole number (it is "soon"). Seconds between two chunks.']);
  });
});

/** A setting of the contract, and no other change. */
const onlyForWorkers: Mistake = {
  name: 'a setting of workers',
  file: 'contract/settings.ts',
  from: '  BATCH_RETENTION_DAYS: {',
  to: `  BATCH_PAUSE: {
    schema: integer(0, 60).default(3),
    roles: ['all', 'worker'],
    doc: 'Seconds between two chunks.',
  },
  BATCH_RETENTION_DAYS: {`,
  says: [],
};

/** Where the setting turned up: in whose ConfigMap, in which service of a compose file, in which documents; and what the parser makes of it. */
const report = `
import { synthesize } from './manifests/synth.ts';
import { composeFile } from './manifests/targets/compose/compose.ts';
import { composeDeployments } from './manifests/targets/compose/deployment.ts';
import { documents } from './scripts/docs/index.ts';
import { parseSettings } from './service/settings.ts';
const name = 'BATCH_PAUSE';
const configMaps = synthesize('production').flatMap(({ objects }) => objects)
  .filter(({ kind, data }) => kind === 'ConfigMap' && name in data)
  .map(({ metadata, data }) => metadata.name.replace(/-[0-9a-f]{10}$/, '') + ' ' + data[name]);
const units = Object.entries(composeFile(composeDeployments.find(({ file }) => file === 'compose.production.yaml')).services)
  .filter(([, { environment = {} }]) => name in environment)
  .map(([unit, { environment }]) => unit + ' ' + environment[name]);
const mentioned = Object.keys(documents).filter((path) => documents[path]().includes(name));
console.log(JSON.stringify({
  configMaps, units, documents: mentioned,
  good: parseSettings({ [name]: '7' }).settings[name],
  bad: parseSettings({ [name]: 'soon' }).violations,
}));
`;
