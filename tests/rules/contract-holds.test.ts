import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  if (!text.includes(mistake.from)) throw new Error(`${mistake.file} no longer holds ${JSON.stringify(mistake.from)}: mend this test`);
  writeFileSync(
    path,
    text.replace(mistake.from, () => mistake.to),
  );
}

function undo(mistake: Mistake): void {
  writeFileSync(join(copy, mistake.file), readFileSync(join(root, mistake.file)));
}

/** Every checker works out for itself the types that all of them need: two take half of what the usual four take. */
const compile = () =>
  spawnSync(node, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--checkers', '2', '--pretty', 'false', '-p', '.'], {
    cwd: copy,
    encoding: 'utf8',
  });
/** Of all mistakes at once: what is said of each names it apart. */
let refusals = '';
const synth = () =>
  spawnSync(node, ['manifests/main.ts'], { cwd: copy, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: join(copy, 'dist') } });

describe('The contract holds', () => {
  beforeAll(() => {
    for (const path of ['contract', 'service', 'manifests', 'scripts', '.github/src', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, path), join(copy, path), { recursive: true, filter: (source) => !/\.test\.ts$|recorded/.test(source) });
    }
    writeFileSync(join(copy, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(', "tests"', ''));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const mistake of compileMistakes) make(mistake, copy);
    refusals = compile().stdout;
    for (const mistake of compileMistakes) undo(mistake);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('an untouched copy synthesizes; that it compiles is shown by npm run check', () => expect(synth().stderr).toBe(''));

  test.each(compileMistakes)('the compiler refuses that $name', (mistake) => {
    for (const part of mistake.says) expect(refusals).toMatch(part);
  });

  test.each(synthMistakes)('synth refuses that $name', (mistake) => {
    make(mistake, copy);
    const { stderr, status } = synth();
    undo(mistake);
    expect(status).not.toBe(0);
    for (const part of mistake.says) expect(stderr).toMatch(part);
  });

  test.each(startMistakes)('the service refuses that $mistake', ({ variables, says }) => {
    const parsed = parseSettings(variables);
    expect('violations' in parsed ? parsed.violations.join('\n') : 'it started').toMatch(says);
  });

  test('a setting that only a worker reads is added in one file, and is everywhere where it belongs', () => {
    make(onlyForWorkers, copy);
    const { stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', report], { cwd: copy, encoding: 'utf8' });
    undo(onlyForWorkers);
    expect(stderr).toBe('');
    const { configMaps, units, documents, good, bad } = JSON.parse(stdout);
    expect(configMaps).toEqual(['instagram-captions-config-worker 3']);
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
import { deployments } from './manifests/targets/compose/deployment.ts';
import { documents } from './scripts/docs/index.ts';
import { parseSettings } from './service/settings.ts';
const name = 'BATCH_PAUSE';
const configMaps = synthesize('production').flatMap(({ objects }) => objects)
  .filter(({ kind, data }) => kind === 'ConfigMap' && name in data)
  .map(({ metadata, data }) => metadata.name.replace(/-[0-9a-f]{10}$/, '') + ' ' + data[name]);
const units = Object.entries(composeFile(deployments.find(({ file }) => file === 'compose.production.yaml')).services)
  .filter(([, { environment = {} }]) => name in environment)
  .map(([unit, { environment }]) => unit + ' ' + environment[name]);
const mentioned = Object.keys(documents).filter((path) => documents[path]().includes(name));
console.log(JSON.stringify({
  configMaps, units, documents: mentioned,
  good: parseSettings({ [name]: '7' }).settings[name],
  bad: parseSettings({ [name]: 'soon' }).violations,
}));
`;
