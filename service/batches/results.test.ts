import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../client/client.ts';
import { testDatabase as db } from '../testing/database.ts';
import { startService, type TestService } from '../testing/service.ts';
import { testCaller } from '../testing/usage-events.ts';
import { type ItemOutcome, storeOutcomes } from './item-store.ts';
import { insertBatch } from './store.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '100000' });
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

const problem = { code: 'internal', detail: 'for the test' } as const;
const ends = (index: number, state: 'failed' | 'pending' = 'failed'): ItemOutcome => ({ index, state, result: problem });

async function newBatch(total: number) {
  const id = randomUUID();
  const items = Array.from({ length: total }, () => ({ kind: 'query', query: 'q', execute: false, context: false }) as const);
  await insertBatch(db, id, testCaller({ id: 'key:user' }), items);
  const settled = (...outcomes: ItemOutcome[]) => storeOutcomes(db, id, outcomes, async () => {});
  return { id, settled };
}

const client = () => createClient({ baseUrl: service.url, credential: 'user-key' });
async function indexesAfter(id: string, after: number) {
  const lines = await client().call('batchResults', { params: { id }, query: { after } });
  return (await Array.fromAsync(lines)).map(({ index }) => index);
}

/** What workers do: items end together, in any order, some of them again after a worker died, some only for the next attempt. */
const attempts = (total: number) =>
  fc.array(fc.record({ indexes: fc.uniqueArray(fc.nat(total - 1), { minLength: 1 }), tried: fc.boolean() }), { maxLength: 12 });

describe('Results of a running batch', () => {
  test('that end late with a low index come after those that were read before', async () => {
    const { id, settled } = await newBatch(4);
    await settled(ends(2), ends(3));
    expect(await indexesAfter(id, -1)).toEqual([2, 3]);
    await settled(ends(0));
    expect(await indexesAfter(id, 3)).toEqual([0]);
    await settled(ends(1));
    expect(await indexesAfter(id, 3)).toEqual([0, 1]);
    expect(await indexesAfter(id, 0)).toEqual([1]);
    expect(await indexesAfter(id, 1)).toEqual([]);
  });

  test('are each read once by a client that polls, in any order of completion', async () => {
    const runs = fc.integer({ min: 1, max: 12 }).chain((total) => fc.tuple(fc.constant(total), attempts(total), fc.array(fc.boolean())));
    await fc.assert(
      fc.asyncProperty(runs, async ([total, sequence, polls]) => {
        const { id, settled } = await newBatch(total);
        const read: number[] = [];
        const poll = async () => void read.push(...(await indexesAfter(id, read.at(-1) ?? -1)));
        for (const [at, { indexes, tried }] of sequence.entries()) {
          await settled(...indexes.map((index) => ends(index, tried ? 'pending' : 'failed')));
          if (polls[at] === true) await poll();
        }
        await settled(...Array.from({ length: total }, (_, index) => ends(index)));
        await poll();
        expect(read.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
        expect(await indexesAfter(id, -1)).toEqual(read);
        for (const [at, index] of read.entries()) expect(await indexesAfter(id, index)).toEqual(read.slice(at + 1));
      }),
      { numRuns: 40 },
    );
  });

  test('go on after each page of the database, also within what ended at once', async () => {
    const total = 1203;
    const { id, settled } = await newBatch(total);
    const [odd, even] = [1, 0].map((rest) => Array.from({ length: total }, (_, index) => index).filter((index) => index % 2 === rest));
    for (const indexes of [odd ?? [], even ?? []]) await settled(...indexes.map((index) => ends(index)));
    const all = [...(odd ?? []), ...(even ?? [])];
    expect(await indexesAfter(id, -1)).toEqual(all);
    for (const at of [0, 498, 499, 500, 600, 601, 1201, 1202]) expect(await indexesAfter(id, all[at] ?? -1)).toEqual(all.slice(at + 1));
  });

  test.each([0, 3, 9999])('are rejected with 422 that names `after` when item %i has no result', async (after) => {
    const { id, settled } = await newBatch(4);
    await settled(ends(1));
    await expect(indexesAfter(id, after)).rejects.toMatchObject({
      status: 422,
      code: 'invalid_request',
      errors: [{ pointer: '/after', message: expect.stringContaining(`${after}`) }],
    });
  });

  test('follow also after the batch was cancelled, when items in flight finish', async () => {
    const { id, settled } = await newBatch(3);
    await settled(ends(2));
    await client().call('cancelBatch', { params: { id } });
    await settled(ends(0));
    expect(await indexesAfter(id, 2)).toEqual([0]);
  });
});
