import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { schemaCompatibility, schemaSteps } from '../../contract/schema.ts';
import { incompatibleSteps } from './migrate.ts';

describe('Migrations', () => {
  test('have a file for each step of the contract', () => {
    const files = readdirSync(new URL('migrations/', import.meta.url)).filter((file) => /^\d{4}-.*(?<!\.test)\.ts$/.test(file));
    expect(files.sort()).toEqual(schemaSteps.map(({ name }) => `${name}.ts`));
  });

  test('tell after which of them the release before cannot be taken back, and why', () => {
    const steps = [
      { name: 'one', compatible: true },
      { name: 'two', compatible: false, because: 'it reads a column that is gone' },
    ] as const;
    expect(incompatibleSteps(['one', 'two'], steps)).toEqual([{ name: 'two', because: 'it reads a column that is gone' }]);
    expect(incompatibleSteps(['one'], steps)).toEqual([]);
  });

  test('cannot be declared incompatible without a reason', () => {
    // @ts-expect-error there is no reason
    expect(incompatibleSteps(['one'], [{ name: 'one', compatible: false }])).toEqual([{ name: 'one', because: undefined }]);
  });
});

describe('The schema of a release', () => {
  test('has its steps in the order of their names', () => {
    const names = schemaSteps.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  test('serves every release while each step is compatible with the release before', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: true },
    ] as const;
    expect(schemaCompatibility(steps)).toEqual({ version: '2', compatibleFrom: '1' });
  });

  test('serves only releases that know its last incompatible step', () => {
    const steps = [
      { name: '1', compatible: true },
      { name: '2', compatible: false, because: 'a column is gone' },
      { name: '3', compatible: true },
    ] as const;
    expect(schemaCompatibility(steps)).toEqual({ version: '3', compatibleFrom: '2' });
  });
});
