import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { isDatabaseAway } from './database-away.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('A failed statement', () => {
  test('tells that PostgreSQL is away where nobody listens', async () => {
    const client = new pg.Client({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(isDatabaseAway(await client.connect().catch((error: unknown) => error))).toBe(true);
  });

  test.each(['57014', '57P01', '57P03', '08006', '53300', 'ECONNRESET'])('with the code %s tells so too', (code) =>
    expect(isDatabaseAway(coded(code))).toBe(true),
  );

  test.each(['23505', '22P02', '42601'])('with the code %s is an error of its own', (code) =>
    expect(isDatabaseAway(coded(code))).toBe(false),
  );
});
