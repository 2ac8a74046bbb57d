import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { memoryUsage } from '../testing/usage.ts';
import { testCaller, testUsage } from '../testing/usage-events.ts';
import { createMetering } from './metering.ts';
import type { UsageStore } from './store.ts';

const pace = { everyMs: 1, fullAt: 20, firstPauseMs: 0, longestPauseMs: 0 };
const silent = createLogger('silent', { write: () => {} });
const over = (store: UsageStore) => createMetering({ store, log: silent, metrics: createMetrics(), pace });

/** What becomes of one statement: it is done; it fails; it is done and its answer is lost. */
type Outcome = 'done' | 'failed' | 'unknown';

/** A store whose statements have these outcomes one after the other, and then succeed. */
function unsteady(planned: readonly Outcome[]) {
  const memory = memoryUsage();
  let used = 0;
  const meet = async (work: () => Promise<void>) => {
    const outcome = planned[used++] ?? 'done';
    if (outcome !== 'failed') await work();
    if (outcome !== 'done') throw new Error(outcome);
  };
  const { budgets } = memory;
  const store: UsageStore = {
    ...memory,
    write: (rows) => meet(() => memory.write(rows)),
    budgets: { ...budgets, settle: (settlements) => meet(() => budgets.settle(settlements)) },
  };
  return { store, memory };
}
const anyOutcomes = fc.array(fc.constantFrom<Outcome>('done', 'failed', 'unknown'), { maxLength: 20 });
const budgeted = (budgetMicros: number) => testCaller({ id: 'key:1', keyId: '1', budgetMicros });

describe('Metering', () => {
  test('writes every request once, regardless of the outcome of statements', async () => {
    const steps = fc.array(fc.oneof(fc.record({ client: fc.nat(30), costMicros: fc.nat(1000) }), fc.constant('pause' as const)), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(anyOutcomes, steps, async (outcomes, all) => {
        const { store, memory } = unsteady(outcomes);
        const metering = over(store);
        let [requests, cost] = [0, 0];
        for (const step of all) {
          if (step === 'pause') await new Promise(setImmediate);
          else {
            metering.record(testUsage({ clientId: `client-${step.client}`, costMicros: step.costMicros }));
            requests += 1;
            cost += step.costMicros;
          }
        }
        await metering.flushed();
        const rows = memory.rows();
        expect(rows.reduce((sum, row) => sum + row.requests, 0)).toBe(requests);
        expect(rows.reduce((sum, row) => sum + row.cost_micros, 0)).toBe(cost);
      }),
      { numRuns: 50 },
    );
  });

  test('counts a settlement once, regardless of the outcome of statements', async () => {
    await fc.assert(
      fc.asyncProperty(anyOutcomes, fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 20 }), async (outcomes, costs) => {
        const metering = over(unsteady(outcomes).store);
        const total = costs.reduce((sum, cost) => sum + cost, 0);
        const caller = budgeted(1000);
        for (const cost of costs) (await metering.reserve(caller, 10)).settle(cost);
        await metering.flushed();
        // What is left can be taken to the last micro-dollar, and no further.
        await metering.reserve(caller, 1000 - total);
        await expect(metering.reserve(caller, 1)).rejects.toMatchObject({ code: 'budget_exhausted' });
      }),
      { numRuns: 50 },
    );
  });

  test('reports how many rows are waiting', async () => {
    const metrics = createMetrics();
    const metering = createMetering({ store: memoryUsage(), log: silent, metrics, pace });
    metering.record(testUsage({ clientId: 'a' }));
    metering.record(testUsage({ clientId: 'b' }));
    expect(await metrics.render()).toContain('instagram_captions_usage_buffered_rows 2');
    await metering.flushed();
    expect(await metrics.render()).toContain('instagram_captions_usage_buffered_rows 0');
  });
});

describe('A budget', () => {
  test('is a hard stop: what is held and what is spent count, what is released does not', async () => {
    const metering = over(memoryUsage());
    const caller = budgeted(100);
    const first = await metering.reserve(caller, 60);
    await expect(metering.reserve(caller, 41)).rejects.toMatchObject({ code: 'budget_exhausted', status: 402 });
    const second = await metering.reserve(caller, 40);
    first.settle(50);
    first.release();
    second.release();
    await metering.flushed();
    await metering.reserve(caller, 50);
    await expect(metering.reserve(caller, 1)).rejects.toMatchObject({ code: 'budget_exhausted' });
  });

  test('is one a month', async () => {
    let now = Date.parse('2026-11-30T23:59:59Z');
    const metering = createMetering({ store: memoryUsage(), log: silent, metrics: createMetrics(), pace, now: () => now });
    await metering.reserve(budgeted(100), 100);
    await expect(metering.reserve(budgeted(100), 1)).rejects.toMatchObject({ code: 'budget_exhausted' });
    now += 1000;
    await metering.reserve(budgeted(100), 100);
  });

  test('costs no I/O for a key without one, and for work that costs nothing', async () => {
    const away = async () => {
      throw new Error('away');
    };
    const metering = over({ ...memoryUsage(), budgets: { reserve: away, settle: away } });
    (await metering.reserve(testCaller({ keyId: '1' }), 5)).settle(5);
    (await metering.reserve(budgeted(1), 0)).settle(0);
    await expect(metering.reserve(budgeted(1), 1)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
