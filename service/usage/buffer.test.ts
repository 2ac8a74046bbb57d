import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testCaller, testUsage } from '../testing/usage-events.ts';
import { UsageBuffer } from './buffer.ts';
import type { UsageRow } from './usage-record.ts';

const start = Date.parse('2026-11-30T23:59:30Z');

type Counted = Omit<UsageRow, 'id' | 'key_id' | 'user_id' | 'client_id' | 'operation'>;

/** Requests, tokens and costs by what must never be lost: month, key, operation, model and whether it was cached. */
function sums(rows: readonly Counted[]) {
  const all: Record<string, number[]> = {};
  for (const row of rows) {
    const kind = `${new Date(row.at).toISOString().slice(0, 7)} ${row.caller_id} ${row.model} ${row.cached}`;
    const added = [row.requests, row.prompt_tokens, row.completion_tokens, row.cost_micros];
    all[kind] = added.map((value, index) => value + (all[kind]?.[index] ?? 0));
  }
  return all;
}

const use = fc.record({
  kind: fc.constant('use' as const),
  key: fc.nat(2),
  clientId: fc.option(fc.string({ maxLength: 3, unit: 'binary' }), { nil: undefined }),
  model: fc.constantFrom('a', 'b'),
  promptTokens: fc.nat(1000),
  completionTokens: fc.nat(1000),
  costMicros: fc.nat(1_000_000),
  cached: fc.boolean(),
  later: fc.nat(90_000),
});
const take = fc.record({ kind: fc.constant('take' as const), count: fc.nat(5) });

describe('The usage buffer', () => {
  test('keeps every total across additions, aggregations and reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: use }, take), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, most) => {
          const buffer = new UsageBuffer(most);
          const added: Counted[] = [];
          const taken: UsageRow[] = [];
          let now = start;
          for (const step of steps) {
            if (step.kind === 'take') taken.push(...buffer.take(step.count));
            else {
              now += step.later;
              const {
                key,
                model,
                cached,
                promptTokens: prompt_tokens,
                completionTokens: completion_tokens,
                costMicros: cost_micros,
              } = step;
              const caller = testCaller({ id: `key:${key}` });
              buffer.add(testUsage({ ...step, caller }), now);
              added.push({ at: now, caller_id: caller.id, model, cached, prompt_tokens, completion_tokens, cost_micros, requests: 1 });
            }
          }
          taken.push(...buffer.take(Number.POSITIVE_INFINITY));
          expect(sums(taken)).toEqual(sums(added));
          expect(buffer.size).toBe(0);
          expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
        },
      ),
    );
  });

  test('makes one row of the requests of a key, client and model in the same second', () => {
    const buffer = new UsageBuffer(100);
    for (let count = 0; count < 1000; count += 1) buffer.add(testUsage({ clientId: 'a' }), start + (count % 1000));
    buffer.add(testUsage({ clientId: 'b' }), start);
    buffer.add(testUsage({ clientId: 'a' }), start + 1000);
    expect(buffer.take(10).map(({ client_id, requests, at }) => [client_id, requests, at - start])).toEqual([
      ['a', 1000, 0],
      ['b', 1, 0],
      ['a', 1, 1000],
    ]);
  });

  test('stays bounded however many clients a key names', () => {
    const buffer = new UsageBuffer(100);
    for (let count = 0; count < 10_000; count += 1) {
      buffer.add(testUsage({ clientId: `client-${count}` }), start + count * 10);
      expect(buffer.size).toBeLessThanOrEqual(100);
    }
    expect(buffer.take(1000).reduce((sum, { requests }) => sum + requests, 0)).toBe(10_000);
  });

  test('folds to minutes before it forgets the clients', () => {
    const buffer = new UsageBuffer(20);
    const noon = Date.parse('2026-11-23T12:00:00Z');
    for (let second = 0; second < 60; second += 1) buffer.add(testUsage({ clientId: second % 2 === 0 ? 'a' : 'b' }), noon + second * 1000);
    const rows = buffer.take(100);
    expect(new Set(rows.map(({ client_id }) => client_id))).toEqual(new Set(['a', 'b']));
    expect(rows[0]).toMatchObject({ at: noon });
  });

  test('makes names that PostgreSQL takes, and whole numbers', () => {
    const buffer = new UsageBuffer(10);
    buffer.add(
      testUsage({ clientId: `a\0b\ud800${'c'.repeat(200)}`, promptTokens: Number.NaN, costMicros: -3, completionTokens: 1.4 }),
      start,
    );
    const [row] = buffer.take(1);
    expect(row).toMatchObject({ prompt_tokens: 0, completion_tokens: 1, cost_micros: 0 });
    expect(row?.client_id).toBe(`ab\ufffd${'c'.repeat(97)}`);
  });
});
