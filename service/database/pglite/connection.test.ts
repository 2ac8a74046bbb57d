import { afterAll, describe, expect, test } from '@jest/globals';
import { emptyDatabase } from '../../testing/database-image.ts';

const { pool, close } = await emptyDatabase();
afterAll(close);

describe('connection to the embedded database', () => {
  test.each([
    ['select nope($1)', '42883'],
    ['select $1::integer', '22P02'],
    ['select 1 / (1 - $1::integer)', '22012'],
  ])('rejects %s with its SQLSTATE, and executes the next statement', async (text, code) => {
    const client = await pool.connect();
    await expect(client.query(text, [text.includes('/') ? 1 : 'x'])).rejects.toMatchObject({ code });
    expect((await client.query('select $1::integer as n', [2])).rows).toEqual([{ n: 2 }]);
    client.release();
  });

  test('carries values and rows larger than its buffers', async () => {
    const { rows } = await pool.query('select $1::text as sent, repeat($2, 3000000) as received', ['x'.repeat(3_000_000), 'y']);
    expect(rows.map(({ sent, received }) => [sent === 'x'.repeat(3_000_000), received === 'y'.repeat(3_000_000)])).toEqual([[true, true]]);
  });

  test('starts without the transaction, the settings and the prepared statements of an earlier one', async () => {
    const first = await pool.connect();
    for (const text of ['create table kept (n integer)', 'prepare one as select 1', "set timezone to 'Asia/Tokyo'", 'begin'])
      await first.query(text);
    await first.query('insert into kept values (1)');
    first.release(new Error('its holder failed'));
    const second = await pool.connect();
    expect((await second.query('select count(*)::integer as rows from kept')).rows).toEqual([{ rows: 0 }]);
    expect((await second.query('select name from pg_prepared_statements')).rows).toEqual([]);
    expect((await second.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }]);
    second.release();
  });

  test('delivers notifications', async () => {
    const client = await pool.connect();
    const { promise, resolve } = Promise.withResolvers();
    client.on('notification', resolve);
    await client.query('listen jobs');
    await client.query("notify jobs, 'one'");
    expect(await promise).toMatchObject({ channel: 'jobs', payload: 'one' });
    client.release();
  });
});
