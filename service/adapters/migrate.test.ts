import { describe, expect, test } from '@jest/globals';
import { incompatible } from './migrate.ts';

describe('Migrations', () => {
  test('tell after which of them the release before cannot be taken back, and why', () => {
    const steps = [
      { name: 'one', compatible: true },
      { name: 'two', compatible: false, because: 'it reads a column that is gone' },
    ] as const;
    expect(incompatible(['one', 'two'], steps)).toEqual([{ name: 'two', because: 'it reads a column that is gone' }]);
    expect(incompatible(['one'], steps)).toEqual([]);
  });

  test('cannot be declared incompatible without a reason', () => {
    // @ts-expect-error there is no reason
    expect(incompatible(['one'], [{ name: 'one', compatible: false }])).toEqual([{ name: 'one', because: undefined }]);
  });
});
