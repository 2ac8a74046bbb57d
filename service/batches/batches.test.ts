import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { testDatabase } from '../testing/database.ts';
import { startService, type TestService } from '../testing/service.ts';
import { outcomesStatement } from './item-store.ts';

const item = { kind: 'generate', content_description: 'A dog', style: 'casual', audience: 'general', client_id: 'test-client' };
const { signal } = new AbortController();
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.close();
  await testDatabase.destroy();
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${service.url}/api/v1/batch${path}`, { ...init, headers: { Authorization: 'Bearer user-key', ...init.headers } });
const post = (body: string, type = 'application/json') => call('', { method: 'POST', headers: { 'Content-Type': type }, body });
const lines = (...items: readonly object[]) => items.map((each) => JSON.stringify(each)).join('\n');

/** Hands in items that a test works on itself. */
async function batchOf(...items: readonly object[]) {
  const { id }: { id: string } = JSON.parse(await (await post(lines(...items), 'application/jsonl')).text());
  return {
    id,
    chunk: { batch: id, from: 0, to: items.length - 1 },
    read: async () => (await call(`/${id}`)).json(),
    results: async () => (await (await call(`/${id}/results`)).text()).split('\n').filter((line) => line !== ''),
  };
}
async function requestsBilled(): Promise<number> {
  const { rows } = await sql<{ requests: number }>`
    select coalesce(sum(requests), 0)::integer as requests from usage_events where operation = 'batch'`.execute(testDatabase);
  return rows[0]?.requests ?? 0;
}

describe('Handing in a batch', () => {
  test('as JSON or JSON Lines returns 202 with the location of the batch', async () => {
    for (const response of [await post(JSON.stringify({ items: [item] })), await post(`${lines(item, item)}\n`, 'application/x-ndjson')]) {
      expect(response.status).toBe(202);
      const { id, status } = JSON.parse(await response.text());
      expect(status).toBe('queued');
      expect(response.headers.get('Location')).toBe(`/api/v1/batch/${id}`);
    }
  });

  test('names the line that is not JSON, and the field that does not fit', async () => {
    expect(await (await post(`${lines(item)}\n{`, 'application/jsonl')).json()).toMatchObject({
      code: 'malformed_json',
      detail: 'Line 2 is not JSON.',
    });
    const unknown = await post(lines(item, { ...item, kind: 'song' }), 'application/jsonl');
    expect(await unknown.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/items/1/kind' }] });
    expect((await post(lines(item), 'text/plain')).status).toBe(415);
  });
});

describe('A chunk', () => {
  test('that runs twice answers and bills each item once, queries and odd characters too', async () => {
    const batch = await batchOf(item, { kind: 'query', query: 'What is 6 * 7?' }, { ...item, content_description: 'A \u0000 dog 🐕' });
    const before = await requestsBilled();
    const handlers = service.dependencies.batches.handlers;
    expect(await Promise.all([handlers.work(batch.chunk, 1, signal), handlers.work(batch.chunk, 1, signal)])).toEqual([true, true]);
    expect(await batch.read()).toMatchObject({ status: 'done', total: 3, succeeded: 3, failed: 0 });
    expect((await batch.results()).map((line) => JSON.parse(line).index)).toEqual([0, 1, 2]);
    expect((await requestsBilled()) - before).toBe(3);
  });

  test('of a huge batch without statistics is stored without reading the other items', async () => {
    const batch = await batchOf(...Array(2000).fill(item));
    const outcomes = Array.from({ length: 100 }, (_, index) => ({ index, state: 'succeeded', result: {} }) as const);
    const { rows } = await sql<{ 'QUERY PLAN': object }>`explain (analyze, format json) ${outcomesStatement(batch.id, outcomes)}`.execute(
      testDatabase,
    );
    const counts = JSON.stringify(rows).matchAll(/"(?:Actual Rows|Rows Removed by Filter)":(\d+)/g);
    expect(Math.max(...counts.map(([, count]) => Number(count)))).toBe(100);
  });

  test('whose worker died comes again item by item', async () => {
    const batch = await batchOf(item, item, item);
    expect(await service.dependencies.batches.handlers.work(batch.chunk, 2, signal)).toBe(true);
    expect(await batch.read()).toMatchObject({ status: 'queued', succeeded: 0 });
    const { rows } = await sql<{ data: object }>`
      select data from pgboss.job where data->>'batch' = ${batch.id} order by (data->>'from')::integer, (data->>'to')::integer`.execute(
      testDatabase,
    );
    const single = (index: number) => ({ data: { batch: batch.id, from: index, to: index } });
    expect(rows).toEqual([single(0), { data: batch.chunk }, single(1), single(2)]);
  });

  test('that is a dead letter fails its unfinished items and keeps finished ones', async () => {
    const batch = await batchOf(item, item);
    const handlers = service.dependencies.batches.handlers;
    await handlers.work({ ...batch.chunk, to: 0 }, 1, signal);
    await handlers.onDeadLetter(batch.chunk);
    expect(await batch.read()).toMatchObject({ status: 'done', succeeded: 1, failed: 1 });
    expect(JSON.parse((await batch.results())[1] ?? '')).toMatchObject({ index: 1, status: 'failed', error: { code: 'internal' } });
  });

  test('of a cancelled batch is not started', async () => {
    const batch = await batchOf(item);
    expect(await (await call(`/${batch.id}`, { method: 'DELETE' })).json()).toMatchObject({ status: 'cancelled' });
    await service.dependencies.batches.handlers.work(batch.chunk, 1, signal);
    expect(await batch.read()).toMatchObject({ status: 'cancelled', succeeded: 0 });
  });
});
