import { afterAll, describe, expect, test } from '@jest/globals';
import { testDatabase as db } from '../testing/database.ts';
import { testCaller, testUsage } from '../testing/usage-events.ts';
import { UsageBuffer } from './buffer.ts';
import { createUsageStore } from './store.ts';

const store = createUsageStore(db);
const noon = Date.now() - (Date.now() % 3_600_000);
const at = (minutes: number) => new Date(noon + minutes * 60_000);
const [ana, ben] = [
  testCaller({ id: 'key:0b0e4f7e-6e0a-4a53-9d3e-000000000001' }),
  testCaller({ id: 'key:2', userId: '0b0e4f7e-6e0a-4a53-9d3e-00000000000b' }),
];

/** Rows as the buffer makes them. */
function rows(...uses: readonly (readonly [ReturnType<typeof testUsage>, number])[]) {
  const buffer = new UsageBuffer(100);
  for (const [usage, when] of uses) buffer.add(usage, when);
  return buffer.take(100);
}

afterAll(() => db.destroy());

describe('Usage in the database', () => {
  test('is written once, however often it is sent, and summed by time and group', async () => {
    const given = rows(
      [testUsage({ caller: ana, model: 'a' }), noon],
      [testUsage({ caller: ana, model: 'a' }), noon],
      [testUsage({ caller: ana, model: 'b', cached: true, costMicros: 0 }), noon + 1000],
      [testUsage({ caller: ben, model: 'a', clientId: undefined }), noon + 60_000],
    );
    await store.write(given.slice(0, 2));
    await store.write(given);
    const question = { from: at(0), to: at(60), bucket: 'minute', limit: 10 } as const;
    expect(await store.read({ ...question, groupBy: 'model' })).toEqual([
      { bucket: at(0), group: 'a', requests: 2, promptTokens: 20, completionTokens: 10, costMicros: 200, cached: 0 },
      { bucket: at(0), group: 'b', requests: 1, promptTokens: 10, completionTokens: 5, costMicros: 0, cached: 1 },
      { bucket: at(1), group: 'a', requests: 1, promptTokens: 10, completionTokens: 5, costMicros: 100, cached: 0 },
    ]);
    expect(await store.read({ ...question, bucket: 'hour' })).toMatchObject([{ bucket: at(0), group: null, requests: 4, cached: 1 }]);
    expect(await store.read({ ...question, bucket: 'hour', groupBy: 'client' })).toMatchObject([
      { group: 'client', requests: 3 },
      { group: null, requests: 1 },
    ]);
    expect(await store.read({ ...question, of: ['user_id', ben.userId ?? ''] })).toMatchObject([{ requests: 1 }]);
    expect(await store.read({ ...question, of: ['caller_id', ana.id], groupBy: 'key' })).toMatchObject([{ group: ana.id, requests: 3 }]);
    expect(await store.read({ ...question, keyId: ana.id.slice(4), of: ['caller_id', 'key:2'] })).toEqual([]);
    expect(await store.read({ ...question, to: at(1), limit: 1 })).toHaveLength(1);
  });

  test('keeps large sums exact', async () => {
    const cost = 4_000_000_000_000_000;
    await store.write(
      rows(
        [testUsage({ operation: 'batch', costMicros: cost }), noon],
        [testUsage({ operation: 'batch', costMicros: cost + 1 }), noon + 1000],
      ),
    );
    const sums = await store.read({ from: at(0), to: at(1), bucket: 'day', groupBy: 'operation', limit: 10 });
    expect(sums.find(({ group }) => group === 'batch')?.costMicros).toBe(2 * cost + 1);
  });
});

describe('Budgets in the database', () => {
  const keyId = '0b0e4f7e-6e0a-4a53-9d3e-00000000000a';
  const hold = (last: string, month = '2026-11-01') => ({ id: `0b0e4f7e-6e0a-4a53-9d3e-0000000000${last}`, keyId, month });
  const { budgets } = store;
  const state = () =>
    db
      .selectFrom('budgets')
      .select(['spent_micros', 'reserved_micros'])
      .where('key_id', '=', keyId)
      .where('month', '=', new Date('2026-11-01'))
      .executeTakeFirstOrThrow();

  test('hold, settle once, and give back', async () => {
    expect(await budgets.reserve(hold('01'), 60, 100)).toBe(true);
    expect(await budgets.reserve(hold('02'), 41, 100)).toBe(false);
    expect(await budgets.reserve(hold('03'), 40, 100)).toBe(true);
    expect(await budgets.reserve(hold('04', '2026-12-01'), 100, 100)).toBe(true);
    await budgets.settle([
      { ...hold('01'), micros: 50 },
      { ...hold('03'), micros: 0 },
    ]);
    await budgets.settle([{ ...hold('01'), micros: 50 }]);
    expect(await state()).toMatchObject({ spent_micros: '50', reserved_micros: '0' });
  });

  test('release reservations of a crashed process, and still count what a slow one spent', async () => {
    expect(await budgets.reserve(hold('05'), 50, 100)).toBe(true);
    expect(await budgets.reserve(hold('06'), 50, 100)).toBe(false);
    await db
      .updateTable('budget_reservations')
      .set({ reserved_until: new Date(Date.now() - 1000) })
      .where('id', '=', hold('05').id)
      .execute();
    expect(await budgets.reserve(hold('06'), 50, 100)).toBe(true);
    expect(await state()).toMatchObject({ spent_micros: '50', reserved_micros: '50' });
    await budgets.settle([
      { ...hold('05'), micros: 30 },
      { ...hold('06'), micros: 50 },
    ]);
    expect(await state()).toMatchObject({ spent_micros: '130', reserved_micros: '0' });
  });
});
