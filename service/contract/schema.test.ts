import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { claimOf, schemaSteps } from './schema.ts';

describe('The schema of a release', () => {
  test('has its steps in the order of their names, and a file for each', () => {
    const names = schemaSteps.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    const files = readdirSync(new URL('../adapters/migrations/', import.meta.url)).filter((file) => /^\d{4}-.*(?<!\.test)\.ts$/.test(file));
    expect(files.sort()).toEqual(names.map((name) => `${name}.ts`));
  });

  test('serves every release while each step is compatible with the release before', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: true },
    ] as const;
    expect(claimOf(steps)).toEqual({ version: '2', serves: '1' });
  });

  test('serves only releases that know its last incompatible step', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: false, because: 'a column is gone' },
      { name: '3', compatible: true },
    ] as const;
    expect(claimOf(steps)).toEqual({ version: '3', serves: '2' });
  });
});
