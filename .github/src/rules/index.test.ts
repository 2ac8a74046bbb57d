import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRepository } from '../check/repository.ts';
import type { Example } from './examples/example.ts';
import { examples } from './examples/index.ts';
import { rules } from './index.ts';
import { parseWorkflow } from './model.ts';
import type { Repository } from './rule.ts';

const repository = await readRepository(join(import.meta.dirname, '..', '..', '..'));

const repositoryOf = ({ workflow, ...rest }: Example): Repository => {
  const files = new Map([['example.yml', workflow ?? 'on: push\njobs: {}\n']]);
  const workflows = [...files].map(([name, text]) => parseWorkflow(name, text));
  return { committed: files, rendered: files, updateBot: 'updates: []', workflows, ...rest };
};

describe('The workflows of this repository', () => {
  test('exist', () => {
    expect(repository.workflows.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['ci.yml', 'codeql.yml', 'nightly.yml', 'release.yml', 'rollback.yml', 'scorecard.yml']),
    );
  });

  test.each(Object.entries(rules))('satisfy %s', (_, rule) => {
    expect(rule.violations(repository)).toEqual([]);
  });
});

describe('Each rule', () => {
  test('has a number from 1 to 20', () => {
    expect(Object.keys(rules)).toHaveLength(20);
  });

  test('has examples', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(rules).sort());
  });

  const named = Object.entries(examples).map(([name, example]) => ({ name, ...example }));
  const ruleOf = (name: string) => Object.entries(rules).find(([key]) => key === name)?.[1];

  test.each(named)('$name accepts valid workflows', ({ name, holds }) => {
    expect(ruleOf(name)?.violations(repositoryOf(holds))).toEqual([]);
  });

  test.each(named.flatMap(({ name, breaks }) => Object.entries(breaks).map(([violation, example]) => ({ name, violation, example }))))(
    '$name reports: $violation',
    ({ name, violation, example }) => {
      const violations = ruleOf(name)?.violations(repositoryOf(example)) ?? [];
      expect(violations.map(({ file, text }) => `${file}: ${text}`).join('\n')).toContain(violation);
    },
  );
});
