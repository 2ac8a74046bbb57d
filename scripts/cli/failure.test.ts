import { describe, expect, test } from '@jest/globals';
import { exitCodes } from './exit-codes.ts';
import { explain, Failure } from './failure.ts';

describe('explain', () => {
  test('returns cause and remedy of a failure as one line, with its exit code', () => {
    const { line, exitCode } = explain(new Failure('locked', 'ana deploys\n  now', 'wait'));
    expect({ line, exitCode }).toEqual({ line: 'ana deploys now; wait', exitCode: exitCodes.locked });
  });

  test.each([[new TypeError('x is undefined')], ['thrown text']])('explains %p as an internal error with a way to debug it', (thrown) => {
    const { line, exitCode } = explain(thrown);
    expect(exitCode).toBe(exitCodes.internal);
    expect(line).toContain('LEYENDA_DEBUG=1');
  });

  test('exit codes are all different', () => {
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  });
});
