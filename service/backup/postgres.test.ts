import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { postgresTarget } from './postgres.ts';

describe('A database whose name is so long that PostgreSQL would shorten that of its copies', () => {
  test('is not touched', async () => {
    const name = 'a'.repeat(63);
    const started: unknown[] = [];
    const target = postgresTarget((...command) => {
      started.push(command);
      throw new Error('started');
    }, name);
    await expect(target.drop(`${name}_check_20261130T000000Z`)).rejects.toThrow('has more than 63 bytes');
    await expect(target.load(`${name}_check_20261130T000000Z`, Readable.from([]))).rejects.toThrow('has more than 63 bytes');
    expect(started).toEqual([]);
  });
});
