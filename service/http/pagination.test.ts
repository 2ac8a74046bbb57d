import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { type EndpointName, endpointNames, endpointOf } from '../../contract/endpoints/index.ts';
import { userRoles } from '../../contract/roles.ts';
import { writeAudit } from '../accounts/audit.ts';
import { hashKey } from '../accounts/key-hashing.ts';
import { insertBatch } from '../batches/store.ts';
import { shapes } from '../shapes.ts';
import { testDatabase as db } from '../testing/database.ts';
import { startService, type TestService } from '../testing/service.ts';
import { testCaller } from '../testing/usage-events.ts';
import type { Shape } from './shape.ts';

const userId = randomUUID();
const callers = {
  admin: testCaller({ id: 'key:admin', userId, permissions: userRoles.Admin }),
  owner: testCaller({ id: 'key:owner', userId }),
};
const byHash = new Map(Object.entries(callers).map(([name, caller]) => [hashKey(name), caller]));
const rows = 7;

let service: TestService;
beforeAll(async () => {
  const users = Array.from({ length: rows - 1 }, (_, index) => ({ username: `user-${index}`, role: 'User' as const }));
  await db
    .insertInto('users')
    .values([{ id: userId, username: 'Owner', role: 'Admin' }, ...users])
    .execute();
  // All of one statement, and so of the same moment: they differ only in the id.
  const each = Array.from({ length: rows }, (_, index) => index);
  const keys = each.map((index) => ({
    key_hash: `hash-${index}`,
    client_name: 'key',
    expires_at: null,
    permissions: null,
    user_id: userId,
  }));
  await db.insertInto('api_keys').values(keys).execute();
  const expires_at = new Date(Date.now() + 600_000);
  await db
    .insertInto('sessions')
    .values(each.map(() => ({ user_id: userId, expires_at })))
    .execute();
  await db.transaction().execute(async (trx) => {
    for (const index of each) {
      await writeAudit(trx, { caller: undefined, action: 'test.done', object: `test:${index}` });
      await insertBatch(trx, randomUUID(), callers.owner, [{ kind: 'query', query: 'What is 6 * 7?', execute: false, context: true }]);
    }
  });
  service = await startService(
    { RATE_LIMIT_IP_REQUESTS: '100000', RATE_LIMIT_REQUESTS: '100000' },
    { keyStore: { find: async (hash) => byHash.get(hash) } },
  );
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

const fetchPath = (path: string) => fetch(service.url + path, { headers: { Authorization: 'Bearer admin' } });
const pageForm = z.strictObject({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() });

/** One page and where its Link header leads to. */
async function read(path: string) {
  const response = await fetchPath(path);
  expect(response.status).toBe(200);
  const { items, next } = pageForm.parse(await response.json());
  const link = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1];
  return { ids: items.map(({ id }) => id), next, link };
}

const paged = ['/users', '/api/v1/keys', '/auth/sessions', '/api/v1/audit', '/api/v1/batch'] as const;

describe('Every list', () => {
  /** The OpenAI API and GraphQL have forms of their own; analytics are reports, which have no next page. */
  const hasOtherForm = (name: EndpointName) => ['Compatible', 'GraphQL', 'Analytics'].includes(endpointOf(name).group);
  const answers = endpointNames
    .filter((name) => !hasOtherForm(name))
    .flatMap((name) => {
      const { answer }: Shape = shapes[name];
      return answer.kind === 'json' ? [[name, answer.schema] as const] : [];
    });

  test('is an object with items and next: no answer is a bare list or names its list otherwise', () => {
    const others = answers.filter(([, schema]) => {
      if (!(schema instanceof z.ZodObject)) return true;
      const names = Object.keys(schema.shape).filter((name) => name !== 'next');
      const isList = (name: string) => schema.shape[name] instanceof z.ZodArray && schema.shape[name].element instanceof z.ZodObject;
      // A resource or a report may contain lists next to its other fields.
      return (
        (names.length === 1 && names.some((name) => name !== 'items' && isList(name))) ||
        (names.includes('items') && !('next' in schema.shape))
      );
    });
    expect(others.map(([name]) => name)).toEqual([]);
  });

  test('says next in its answer, null where nothing follows', async () => {
    for (const path of [...paged, '/api/v1/models', '/api/v1/usage']) {
      expect(await (await fetchPath(path)).json()).toMatchObject({ items: expect.any(Array), next: null });
    }
  });
});

describe('A list in pages', () => {
  test.each(paged)('%s returns each item once, in the same order, for every page size and by `next` or Link', async (path) => {
    const { ids: whole } = await read(path);
    expect(whole.length).toBeGreaterThanOrEqual(rows);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: rows + 2 }), fc.boolean(), async (limit, byLink) => {
        const ids: string[] = [];
        for (let at: string | undefined = `${path}?limit=${limit}`; at !== undefined; ) {
          const page = await read(at);
          expect(page.ids.length).toBeLessThanOrEqual(limit);
          expect(page.link === undefined).toBe(page.next === null);
          ids.push(...page.ids);
          if (byLink) at = page.link;
          else at = page.next === null ? undefined : `${path}?limit=${limit}&after=${encodeURIComponent(page.next)}`;
        }
        expect(ids).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test('keeps the rest of its question in the Link header', async () => {
    const { link } = await read(`/api/v1/keys?user_id=${userId}&limit=2`);
    expect(Object.fromEntries(new URL(link ?? '', service.url).searchParams)).toMatchObject({ user_id: userId, limit: '2' });
  });

  test.each([...paged])('%s rejects an invalid limit, an invalid cursor and unknown parameters', async (path) => {
    for (const query of ['limit=0', 'limit=201', 'limit=1.5', 'limit=', 'limit=1&limit=2', 'after=%00', 'cursor=a', 'before=a']) {
      expect([query, (await fetchPath(`${path}?${query}`)).status]).toEqual([query, 422]);
    }
  });

  test.each(['/auth/sessions', '/api/v1/batch'])('%s rejects a cursor whose item was deleted', async (path) => {
    const response = await fetchPath(`${path}?after=${randomUUID()}`);
    expect(await response.json()).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '/after' }] });
  });
});

describe('What is created', () => {
  test.each([
    ['POST', '/users', { username: 'made', email: 'made@example.com' }, 201],
    ['POST', '/api/v1/keys', { name: 'made' }, 201],
    ['POST', '/api/v1/batch', { items: [{ kind: 'query', query: 'What is 6 * 7?' }] }, 202],
  ])('by %s %s is at its Location', async (method, path, body, status) => {
    const headers = { Authorization: 'Bearer admin', 'Content-Type': 'application/json' };
    const response = await fetch(service.url + path, { method, headers, body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    const { id } = z.object({ id: z.uuid() }).parse(await response.json());
    const location = response.headers.get('Location');
    expect(location).toBe(`${path}/${id}`);
    expect(await (await fetchPath(location ?? '')).json()).toMatchObject({ id });
  });
});
