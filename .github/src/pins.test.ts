import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { incompatibilities } from './describe-actions.ts';
import { parsePins } from './layer/parse-pins.ts';
import { pins } from './layer/pins.ts';
import { pinsFile } from './layer/pins-file.ts';
import { parseWorkflow } from './rules/model.ts';
import { renderWorkflows } from './workflows/index.ts';

const newer = { sha: 'c0ffee'.padEnd(40, '0'), version: 'v99.1.2' };
const { sha, version } = pins['actions/checkout'];
/** What Dependabot does with each file that has the old reference. */
const bump = (text: string) => text.replaceAll(`actions/checkout@${sha} # ${version}`, `actions/checkout@${newer.sha} # ${newer.version}`);

describe('An update of an action by Dependabot', () => {
  test('changes the pins and the workflows to files that equal each other', async () => {
    const committed = new Map([...renderWorkflows()].map(([file, text]) => [file, bump(text)]));
    expect(bump(pinsFile)).not.toBe(pinsFile);
    jest.resetModules();
    jest.unstable_mockModule('./layer/pins-file.ts', () => ({ pinsFile: bump(pinsFile) }));
    const [workflows, { rules }] = await Promise.all([import('./workflows/index.ts'), import('./rules/index.ts')]);
    const repository = {
      rendered: workflows.renderWorkflows(),
      committed,
      workflows: [...committed].map(([file, text]) => parseWorkflow(file, text)),
      updateBot: readFileSync(join(import.meta.dirname, '..', 'dependabot.yml'), 'utf8'),
    };
    expect(repository.rendered.get('ci.yml')).toContain(`actions/checkout@${newer.sha} # ${newer.version}`);
    for (const rule of Object.values(rules)) expect(rule.violations(repository)).toEqual([]);
  });

  test('includes both folders in one pull request', () => {
    const { updates } = parse(readFileSync(join(import.meta.dirname, '..', 'dependabot.yml'), 'utf8'));
    expect(updates).toContainEqual(
      expect.objectContaining({
        'package-ecosystem': 'github-actions',
        directories: ['/', '/.github/pins'],
        groups: { actions: { patterns: ['*'] } },
      }),
    );
  });

  test('leaves a file that GitHub reads as an action', () => {
    const { runs } = parse(pinsFile);
    expect(runs.steps.map(({ uses }: { uses: string }) => uses)).toEqual(Object.entries(pins).map(([name, pin]) => `${name}@${pin.sha}`));
  });
});

test.each(['actions/checkout@v7 # v7.0.1', `actions/checkout@${sha}`, `actions/checkout@${sha} # main`])(
  'the pin %s is rejected',
  (uses) => {
    expect(() => parsePins(`    - uses: ${uses}\n`)).toThrow(`write "- uses: ACTION@COMMIT # VERSION", not "- uses: ${uses}"`);
  },
);

describe('incompatibilities', () => {
  const workflow = parseWorkflow(
    'ci.yml',
    `on: push
jobs:
  one:
    outputs: {ref: "\${{ steps.out.outputs.ref }}"}
    steps: [{id: out, uses: a/b@1, with: {path: .}}]`,
  );
  const found = (text: string) => incompatibilities('a/b', text, [workflow]);

  test('are none if the new action has every used input and output', () => {
    expect(found('inputs: {path: {}, token: {required: true, default: x}}\noutputs: {ref: {}}')).toEqual([]);
  });
  test('are a removed input, a new required input and a removed output', () => {
    expect(found('inputs: {key: {required: true}}')).toEqual([
      'ci.yml: a/b has no input path',
      'ci.yml: a/b requires the input key',
      'ci.yml: a/b has no output ref',
    ]);
  });
});
