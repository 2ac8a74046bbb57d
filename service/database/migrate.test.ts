import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { schemaCompatibility, schemaSteps } from '../../contract/schema.ts';
import { incompatibleSteps } from './migrate.ts';

describe('migrations', () => {
  test('have one file for each step of the contract', () => {
    const files = readdirSync(new URL('migrations/', import.meta.url)).filter((file) => /^\d{4}-.*(?<!\.test)\.ts$/.test(file));
    expect(files.sort()).toEqual(schemaSteps.map(({ name }) => `${name}.ts`));
  });

  test('name the applied steps that the previous release does not support, and why', () => {
    const steps = [
      { name: 'one', compatible: true },
      { name: 'two', compatible: false, because: 'it reads a column that is gone' },
    ] as const;
    expect(incompatibleSteps(['one', 'two'], steps)).toEqual([{ name: 'two', because: 'it reads a column that is gone' }]);
    expect(incompatibleSteps(['one'], steps)).toEqual([]);
  });

  test('require a reason for an incompatible step', () => {
    // @ts-expect-error there is no reason
    expect(incompatibleSteps(['one'], [{ name: 'one', compatible: false }])).toEqual([{ name: 'one', because: undefined }]);
  });
});

describe('schema of a release', () => {
  test('lists its steps in the order of their names', () => {
    const names = schemaSteps.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  test('is compatible with every release while each step is', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: true },
    ] as const;
    expect(schemaCompatibility(steps)).toEqual({ version: '2', compatibleFrom: '1' });
  });

  test('is compatible only with releases that include its last incompatible step', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: false, because: 'a column is gone' },
      { name: '3', compatible: true },
    ] as const;
    expect(schemaCompatibility(steps)).toEqual({ version: '3', compatibleFrom: '2' });
  });
});
