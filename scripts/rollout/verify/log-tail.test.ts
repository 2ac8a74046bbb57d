import { describe, expect, test } from '@jest/globals';
import { logTail } from './log-tail.ts';

const rows = (count: number) => Array.from({ length: count }, (_, index) => `row ${index + 1}`);

describe('logTail', () => {
  test('returns a short log unchanged', () => {
    expect(logTail(rows(3), 3)).toEqual(rows(3));
  });

  test('reports the number of skipped lines', () => {
    expect(logTail(rows(5), 2)).toEqual(['… 3 lines skipped', 'row 4', 'row 5']);
  });

  test('keeps at most twenty errors among the skipped lines', () => {
    const lines = [...rows(30).map((row) => `Error: ${row}`), 'fatal: no price', ...rows(5)];
    const end = logTail(lines, 2);
    expect(end[0]).toBe('… 34 lines skipped, with these errors:');
    expect(end.slice(-4)).toEqual(['fatal: no price', '…', 'row 4', 'row 5']);
    expect(end).toHaveLength(1 + 20 + 1 + 2);
  });
});
