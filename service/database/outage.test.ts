import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { outageOf } from './outage.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });
/** An error of Emscripten. */
const numbered = (errno: number) => ({ name: 'ErrnoError', errno });

describe('outageOf', () => {
  test('returns unreachable if no server listens', async () => {
    const client = new pg.Client({ connectionString: 'postgresql://user@127.0.0.1:1/none' });
    expect(outageOf(await client.connect().catch((error: unknown) => error))?.name).toBe('unreachable');
  });

  test.each([
    ['08006', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['57P01', 'restarting'],
    ['57P03', 'restarting'],
    ['53300', 'too_many_connections'],
    ['57014', 'too_slow'],
    ['40P01', 'conflict'],
    ['53100', 'disk_full'],
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['53200', 'out_of_memory'],
    ['53400', 'out_of_resources'],
    ['25006', 'read_only'],
    ['EROFS', 'read_only'],
    ['58030', 'files_unusable'],
    ['EIO', 'files_unusable'],
    ['XX001', 'files_unusable'],
  ])('maps the code %s to %s', (code, name) => {
    expect(outageOf(coded(code))?.name).toBe(name);
    expect(outageOf(new Error('wrapped', { cause: coded(code) }))?.name).toBe(name);
  });

  test.each([
    [51, 'disk_full'],
    [69, 'read_only'],
    [29, 'files_unusable'],
  ])('maps errno %i of the embedded database to %s', (errno, name) => expect(outageOf(numbered(errno))?.name).toBe(name));

  test.each(['23505', '22P02', '42601', '25P02', 'XX000', 'ENOENT'])('returns undefined for the code %s', (code) =>
    expect(outageOf(coded(code))).toBeUndefined(),
  );

  test.each([new Error('x'), undefined, 'x', null, numbered(44)])('returns undefined for %p', (error) =>
    expect(outageOf(error)).toBeUndefined(),
  );
});
