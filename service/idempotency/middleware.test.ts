import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { disconnectSignal, type State } from '../http/context.ts';
import { errorHandler } from '../http/error-handler.ts';
import { Problem } from '../http/problem.ts';
import { createLogger } from '../telemetry/log.ts';
import { testDatabase } from '../testing/database.ts';
import { g0, generate, startService, type TestService } from '../testing/service.ts';
import { testCaller } from '../testing/usage-events.ts';
import { createIdempotencyKey } from './key.ts';
import { idempotency } from './middleware.ts';
import { createIdempotencyStore, deleteExpiredKeys, type IdempotencyStore } from './store.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.close();
  await testDatabase.destroy();
});

const withKey = (key: string, body: unknown = g0, apiKey = 'user-key') =>
  generate(service, body, apiKey, {
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
  });
const read = async (response: Response) => ({
  status: response.status,
  replayed: response.headers.get('Idempotency-Replayed'),
  type: response.headers.get('Content-Type'),
  text: await response.text(),
});

describe('A request with an Idempotency-Key', () => {
  test('that is repeated returns the same bytes and a header that says so, with a quoted or bare key', async () => {
    const first = await read(await withKey('again'));
    expect(first).toMatchObject({ status: 200, replayed: null });
    expect(await read(await withKey('again'))).toEqual({ ...first, replayed: 'true' });
    expect(await read(await withKey('"again"'))).toEqual({ ...first, replayed: 'true' });
    expect((await read(await generate(service))).text).not.toBe(first.text);
  });

  test('with another body is rejected, and the first response stays', async () => {
    const first = await read(await withKey('one-request'));
    const other = await withKey('one-request', { ...g0, count: 1 });
    expect([other.status, await other.json()]).toMatchObject([422, { code: 'idempotency_mismatch' }]);
    expect((await read(await withKey('one-request'))).text).toBe(first.text);
  });

  test('never gets the response of another caller', async () => {
    const mine = await read(await withKey('shared-name'));
    const other = await read(await withKey('shared-name', g0, 'admin-key'));
    expect(other).toMatchObject({ status: 200, replayed: null });
    expect(other.text).not.toBe(mine.text);
  });

  test.each(['', 'two words', 'a"b', '"unclosed', 'x'.repeat(256), 'back\\slash'])('whose key is %j is rejected', async (key) => {
    const response = await withKey(key);
    expect([response.status, await response.json()]).toMatchObject([422, { code: 'invalid_request' }]);
  });

  test('that does not fit is not kept: the key takes a better body', async () => {
    expect((await withKey('fixed', { ...g0, style: 'none' })).status).toBe(422);
    expect((await withKey('fixed')).status).toBe(200);
  });

  test('leaves no hash of its body in the database that a password in it could be guessed by', () => {
    const body = Buffer.from('{"password":"a pass phrase"}');
    const slot = { callerId: 'key:1', endpoint: 'createUser', about: [], body };
    const [one, same, other] = [
      createIdempotencyKey({ ...slot, key: 'one' }),
      createIdempotencyKey({ ...slot, key: 'one' }),
      createIdempotencyKey({ ...slot, key: 'other' }),
    ];
    expect([one.fingerprint === same.fingerprint, one.fingerprint === other.fingerprint]).toEqual([true, false]);
    expect(createIdempotencyKey({ ...slot, key: 'one', body: Buffer.from('{}') }).fingerprint).not.toBe(one.fingerprint);
  });

  test('leaves neither its key nor its answer readable in the database', async () => {
    const { text } = await read(await withKey('not-in-the-clear'));
    const { rows } = await sql<{
      row: string;
    }>`select k::text || encode(coalesce(answer, ''), 'escape') as row from idempotency_keys k`.execute(testDatabase);
    const stored = rows.map(({ row }) => row).join('\n');
    expect(stored).not.toContain('not-in-the-clear');
    expect(stored).not.toContain(JSON.parse(text).caption);
  });

  test('returns 503 while the database is down, and works without a key', async () => {
    const away = await startService(
      {},
      { db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('away')) }) }) },
    );
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', 'Idempotency-Key': 'key' };
    const rejected = await generate(away, g0, 'user-key', { headers });
    expect([rejected.status, rejected.headers.get('Retry-After'), (await generate(away)).status]).toEqual([503, '2', 200]);
    await away.close();
  });
});

/** What Koa answers behind the middleware is what `handle` does. */
async function keeping(
  handle: (ctx: Koa.ParameterizedContext<State>) => unknown,
  store: IdempotencyStore = createIdempotencyStore(testDatabase),
) {
  const app = new Koa<State>();
  const log = createLogger('silent', { write: () => {} });
  app.on('error', () => {});
  app.use(errorHandler(log));
  app.use((ctx, next) => {
    ctx.state.caller = testCaller({ id: 'key:keeping' });
    ctx.state.endpoint = 'generate';
    return next();
  });
  app.use(idempotency(store, log));
  app.use(async (ctx) => {
    await handle(ctx);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    send: (key: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'Idempotency-Key': key }, ...init }),
    async close() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('The work behind a key', () => {
  test('runs once for all requests that arrive meanwhile', async () => {
    let runs = 0;
    const { send, close } = await keeping(async (ctx) => {
      runs += 1;
      await sleep(100);
      ctx.set('Location', '/made/1');
      ctx.status = 201;
      ctx.body = `run ${runs}`;
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('together')));
    expect(answers.map(({ status, headers }) => `${status} ${headers.get('Location')}`)).toEqual(Array(20).fill('201 /made/1'));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text())))).toEqual(new Set(['run 1']));
    expect(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true')).toHaveLength(19);
    expect(runs).toBe(1);
    await close();
  });

  test.each(['unauthorized', 'budget_exhausted', 'conflict', 'rate_limited', 'model_failed', 'unavailable'] as const)(
    'that ended in %s may be tried again',
    async (code) => {
      let runs = 0;
      const { send, close } = await keeping((ctx) => {
        runs += 1;
        if (runs === 1) throw new Problem(code);
        ctx.body = 'better';
      });
      expect((await send(`after-${code}`)).ok).toBe(false);
      expect(await (await send(`after-${code}`)).text()).toBe('better');
      await close();
    },
  );

  test('continues when its client disconnects, and the next request gets the response', async () => {
    let runs = 0;
    const { send, close } = await keeping(async (ctx) => {
      runs += 1;
      await sleep(200);
      ctx.body = `run ${runs}`;
    });
    await expect(send('left', { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(await (await send('left')).text()).toBe('run 1');
    await close();
  });

  test('that streams is passed on as it comes and repeated as the same bytes', async () => {
    let runs = 0;
    const { send, close } = await keeping((ctx) => {
      runs += 1;
      async function* pieces() {
        yield `event: piece\ndata: ${runs}\n\n`;
        await sleep(20);
        yield 'event: done\ndata: ñ\n\n';
      }
      ctx.type = 'text/event-stream';
      ctx.body = Readable.from(pieces());
    });
    const first = await read(await send('stream'));
    expect(first.text).toBe('event: piece\ndata: 1\n\nevent: done\ndata: ñ\n\n');
    expect(await read(await send('stream'))).toEqual({ ...first, replayed: 'true' });
    await close();
  });

  test('that streams and fails, or is left, may be tried again', async () => {
    let runs = 0;
    const { send, close } = await keeping((ctx) => {
      runs += 1;
      const run = runs;
      async function* pieces() {
        yield `event: piece\ndata: ${run}\n\n`;
        if (run === 1) ctx.state.streamFailed = true;
        if (run === 2) await sleep(5000, undefined, { signal: disconnectSignal(ctx) });
      }
      ctx.type = 'text/event-stream';
      ctx.body = Readable.from(pieces());
    });
    expect(await (await send('cut')).text()).toBe('event: piece\ndata: 1\n\n');
    const controller = new AbortController();
    const left = await send('cut', { signal: controller.signal });
    controller.abort();
    await expect(left.text()).rejects.toThrow();
    expect(await (await send('cut')).text()).toBe('event: piece\ndata: 3\n\n');
    await close();
  });
});

describe('The keys in the database', () => {
  const store = createIdempotencyStore(testDatabase);
  const slot = (key: string, body = 'body') =>
    createIdempotencyKey({ callerId: 'key:store', endpoint: 'generate', key, about: [], body: Buffer.from(body) });
  const [one, two] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
  const age = (column: 'locked_until' | 'created_at', key: string, by: string) =>
    sql`update idempotency_keys set ${sql.ref(column)} = ${sql.ref(column)} - ${by}::interval where key_hash = ${slot(key).keyHash}`.execute(
      testDatabase,
    );

  test('are taken over from an owner that was silent for too long, who then changes nothing any more', async () => {
    expect(await store.claim(slot('silent'), one)).toEqual({ state: 'claimed' });
    expect(await store.claim(slot('silent'), two)).toEqual({ state: 'running' });
    await age('locked_until', 'silent', '7 seconds');
    expect(await store.claim(slot('silent', 'other body'), two)).toEqual({ state: 'mismatch' });
    expect(await store.claim(slot('silent'), two)).toEqual({ state: 'claimed' });
    await store.complete(slot('silent'), one, Buffer.from('late'));
    await store.release(slot('silent'), one);
    expect(await store.claim(slot('silent'), one)).toEqual({ state: 'running' });
    await store.complete(slot('silent'), two, Buffer.from('answer'));
    expect(await store.claim(slot('silent'), one)).toMatchObject({ state: 'done' });
  });

  test('are held by an owner that renews its lock', async () => {
    await store.claim(slot('alive'), one);
    await age('locked_until', 'alive', '7 seconds');
    await store.renew(slot('alive'), one);
    expect(await store.claim(slot('alive'), two)).toEqual({ state: 'running' });
  });

  test('are stored for 24 hours', async () => {
    await store.claim(slot('old'), one);
    await store.complete(slot('old'), one, Buffer.from('answer'));
    await age('created_at', 'old', '23 hours 59 minutes');
    expect((await store.claim(slot('old'), two)).state).toBe('done');
    await age('created_at', 'old', '2 minutes');
    expect(await store.claim(slot('old', 'other body'), two)).toEqual({ state: 'claimed' });
    await store.complete(slot('old', 'other body'), two, Buffer.from('answer'));
    await age('created_at', 'old', '25 hours');
    await deleteExpiredKeys(store);
    const { rows } = await sql`select 1 from idempotency_keys where key_hash = ${slot('old').keyHash}`.execute(testDatabase);
    expect(rows).toHaveLength(0);
  });
});
