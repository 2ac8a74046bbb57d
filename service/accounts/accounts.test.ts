import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import * as z from 'zod';
import { permissions } from '../../contract/roles.ts';
import { testDatabase as db } from '../testing/database.ts';
import { memoryRedis } from '../testing/redis.ts';
import { startService, type TestService } from '../testing/service.ts';
import { createFirstAdmin, type FirstAdmin } from './first-admin.ts';
import { hashKey } from './key-hashing.ts';
import { createKeyStore } from './key-store.ts';
import { apiKey, auditList, keyList, sessionList, shownKey, tokens, user, userList } from './schema.ts';

const quota = { requests: 1000, windowSeconds: 3600 };
let service: TestService;
let first: FirstAdmin;

/** Calls an endpoint; the answer is read with `schema`. */
async function call(method: string, path: string, credential?: string, body?: unknown) {
  const response = await fetch(service.url + path, {
    method,
    headers: {
      ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json, as: <T>(schema: z.ZodType<T>) => schema.parse(json) };
}
const logIn = async (username: string, password: string) =>
  (await call('POST', '/auth/login', undefined, { username, password })).as(tokens);

let made = 0;
/** A new user with a password, logged in. */
async function someone(role = 'User') {
  made += 1;
  const [username, password] = [`someone-${made}`, `pass phrase number ${made}`];
  const { id } = (await call('POST', '/users', first.key, { username, email: `${username}@example.com`, role, password })).as(user);
  return { id, username, password, ...(await logIn(username, password)) };
}

beforeAll(async () => {
  const admin = await createFirstAdmin(db);
  if (admin === undefined) throw new Error('the table was not empty');
  first = admin;
  service = await startService(
    { RATE_LIMIT_IP_REQUESTS: '100000', RATE_LIMIT_LOGIN_REQUESTS: '100000', RATE_LIMIT_REQUESTS: '100000' },
    { keyStore: createKeyStore(db, quota) },
  );
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

describe('The first start', () => {
  test('makes one administrator whose password and key work, and stores neither', async () => {
    expect(await createFirstAdmin(db)).toBeUndefined();
    expect((await call('GET', '/users', first.key)).as(userList).items).toMatchObject([{ username: 'admin', role: 'Admin', email: null }]);
    const { access_token } = await logIn(first.username, first.password);
    expect((await call('GET', '/api/v1/audit', access_token)).status).toBe(200);
    const stored = JSON.stringify(
      await Promise.all([db.selectFrom('users').selectAll().execute(), db.selectFrom('api_keys').selectAll().execute()]),
    );
    for (const secret of [first.password, first.key]) expect(stored).not.toContain(secret);
  });
});

describe('Login', () => {
  test('answers tokens that carry the rights of the user, under both paths', async () => {
    const { username, password, id, access_token, expires_in } = await someone();
    expect(expires_in).toBe(24 * 3600);
    expect((await call('GET', `/users/${id}`, access_token)).as(user)).toMatchObject({ id, username, role: 'User' });
    expect((await call('GET', '/users', access_token)).status).toBe(403);
    expect((await call('POST', '/api/auth/login', undefined, { username: username.toUpperCase(), password })).status).toBe(200);
  });

  test('answers a wrong password, an unknown user, one without password and one who is not active with the same words', async () => {
    const { username, password, id } = await someone();
    await call('PATCH', `/users/${id}`, first.key, { is_active: false });
    await call('POST', '/users', first.key, { username: 'no-password', email: 'no@example.com' });
    const tries = [
      { username: first.username, password: 'wrong' },
      { username: 'unknown-user', password },
      { username: 'no-password', password: 'null' },
      { username, password },
    ];
    const answers = await Promise.all(tries.map((body) => call('POST', '/auth/login', undefined, body)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ json }) => JSON.stringify({ ...Object(json), request_id: '' }))).size).toBe(1);
  });
});

const refresh = (refresh_token: string) => call('POST', '/auth/refresh', undefined, { refresh_token });
const statusOf = async (answer: ReturnType<typeof call>) => (await answer).status;

describe('A session', () => {
  test('continues with each new refresh token; reuse of the previous one within the grace period fails and does not end the session', async () => {
    const { refresh_token } = await someone();
    const next = (await refresh(refresh_token)).as(tokens);
    expect(next.refresh_token).not.toBe(refresh_token);
    expect(await statusOf(refresh(refresh_token))).toBe(409);
    expect(await statusOf(refresh(next.refresh_token))).toBe(200);
    expect(await statusOf(refresh('never-given'))).toBe(401);
  });

  test('ends with all its tokens when an old refresh token comes back later, and the log says why', async () => {
    const { id, refresh_token, access_token } = await someone();
    const next = (await refresh(refresh_token)).as(tokens);
    expect(await statusOf(call('GET', `/users/${id}`, access_token))).toBe(200);
    await db
      .updateTable('refresh_tokens')
      .set({ used_at: sql`now() - interval '11 seconds'` })
      .where('token_hash', '=', hashKey(refresh_token))
      .execute();
    expect(await statusOf(refresh(refresh_token))).toBe(401);
    expect(await statusOf(refresh(next.refresh_token))).toBe(401);
    expect(await statusOf(call('GET', `/users/${id}`, access_token))).toBe(401);
    const { items } = (await call('GET', '/api/v1/audit', first.key)).as(auditList);
    expect(items.find(({ actor, action }) => actor === `user:${id}` && action === 'session.ended')?.details).toEqual({
      reason: 'refresh token used twice',
    });
  });

  test('ends immediately by logout, by its id or with all others, and never by another user', async () => {
    const one = await someone();
    const other = await someone();
    const second = await logIn(one.username, one.password);
    const { items } = (await call('GET', '/auth/sessions', one.access_token)).as(sessionList);
    expect(items.map(({ current }) => current).sort()).toEqual([false, true]);
    const id = items.find(({ current }) => !current)?.id;
    expect(await statusOf(call('DELETE', `/auth/sessions/${id}`, other.access_token))).toBe(404);
    expect(await statusOf(call('DELETE', `/auth/sessions/${id}`, one.access_token))).toBe(204);
    expect(await statusOf(call('GET', '/auth/sessions', second.access_token))).toBe(401);
    expect(await statusOf(call('POST', '/auth/logout', one.access_token))).toBe(204);
    expect(await statusOf(call('GET', '/auth/sessions', one.access_token))).toBe(401);
    expect(await statusOf(refresh(one.refresh_token))).toBe(401);
    const third = await logIn(one.username, one.password);
    expect(await statusOf(call('DELETE', '/auth/sessions', third.access_token))).toBe(204);
    expect(await statusOf(refresh(third.refresh_token))).toBe(401);
    expect(await statusOf(refresh(other.refresh_token))).toBe(200);
  });
});

describe('Processes on one Redis', () => {
  test('know at once of a key that is revoked, a session that ends, a user who is let in no more, and what a role allows now', async () => {
    const redis = memoryRedis();
    const start = () =>
      startService(
        { SECRET_KEY: 'a secret that both processes share', RATE_LIMIT_LOGIN_REQUESTS: '1000' },
        { keyStore: createKeyStore(db, quota), redis },
      );
    const [one, other] = await Promise.all([start(), start()]);
    const status = async (credential: string, id: string) =>
      (await fetch(`${other.url}/users/${id}`, { headers: { Authorization: `Bearer ${credential}` } })).status;
    const { id, username, password } = await someone('Admin');
    const login = async () =>
      tokens.parse(
        await (
          await fetch(`${one.url}/auth/login`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ username, password }),
          })
        ).json(),
      ).access_token;
    const does = async (method: string, path: string, credential: string, body?: object) => {
      const headers = { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' };
      const answer = await fetch(one.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return answer.status === 204 ? undefined : answer.json();
    };
    const token = await login();
    const key = shownKey.parse(await does('POST', '/api/v1/keys', token, { name: 'soon revoked' }));
    expect([await status(key.key, id), await status(token, id)]).toEqual([200, 200]);
    await does('DELETE', `/api/v1/keys/${key.id}`, token);
    await does('POST', '/auth/logout', token);
    expect([await status(key.key, id), await status(token, id)]).toEqual([401, 401]);
    const again = await login();
    // Another's account: an administrator's to see.
    const { id: another } = await someone();
    expect(await status(again, another)).toBe(200);
    await does('PATCH', `/users/${id}`, first.key, { role: 'User' });
    expect(await status(again, another)).toBe(404);
    await does('PATCH', `/users/${id}`, first.key, { is_active: false });
    expect(await status(again, id)).toBe(401);
    await does('PATCH', `/users/${id}`, first.key, { is_active: true });
    expect(await status(again, id)).toBe(401);
    expect(await status(await login(), id)).toBe(200);
    await Promise.all([one.close(), other.close()]);
  });
});

describe('A password', () => {
  test('is set by its owner who knows the present one, and ends the other sessions', async () => {
    const { id, username, password, access_token, refresh_token } = await someone();
    const mine = await logIn(username, password);
    const wrong = await call('PUT', `/users/${id}/password`, mine.access_token, {
      password: 'the next pass phrase',
      current_password: 'wrong',
    });
    expect([wrong.status, wrong.json]).toMatchObject([422, { errors: [{ pointer: '/current_password' }] }]);
    const right = { password: 'the next pass phrase', current_password: password };
    expect(await statusOf(call('PUT', `/users/${id}/password`, mine.access_token, right))).toBe(204);
    expect(await statusOf(call('GET', `/users/${id}`, access_token))).toBe(401);
    expect(await statusOf(refresh(refresh_token))).toBe(401);
    expect(await statusOf(call('GET', `/users/${id}`, mine.access_token))).toBe(200);
    expect(await statusOf(call('POST', '/auth/login', undefined, { username, password }))).toBe(401);
    expect((await logIn(username, right.password)).token_type).toBe('Bearer');
  });
});

describe('Users', () => {
  test('are unique by name and address, ignoring case, and listed by name in pages', async () => {
    const body = { username: 'Ada', email: 'ada@example.com' };
    const ada = (await call('POST', '/users', first.key, body)).as(user);
    expect((await call('POST', '/users', first.key, { ...body, username: 'ADA', email: 'b@example.com' })).json).toMatchObject({
      status: 409,
    });
    expect((await call('POST', '/users', first.key, { ...body, username: 'b', email: 'ADA@example.com' })).json).toMatchObject({
      status: 409,
    });
    const page = await call('GET', '/users?limit=1', first.key);
    expect(page.as(userList).items).toEqual([ada]);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('Link') ?? '')?.[1] ?? '';
    expect((await call('GET', next, first.key)).as(userList).items).toMatchObject([{ username: 'admin' }]);
  });

  test('are read from the cache into which they were written, after each change the new', async () => {
    const { id } = (await call('POST', '/users', first.key, { username: 'cached', email: 'cached@example.com' })).as(user);
    const read = async () => (await call('GET', `/users/${id}`, first.key)).as(user);
    // Behind the back of the service: only a cache can still answer what was written through it.
    await db.updateTable('users').set({ email: 'elsewhere@example.com' }).where('id', '=', id).execute();
    expect(await read()).toMatchObject({ email: 'cached@example.com', role: 'User' });
    await call('PATCH', `/users/${id}`, first.key, { role: 'Developer' });
    expect(await read()).toMatchObject({ email: 'elsewhere@example.com', role: 'Developer' });
    await call('DELETE', `/users/${id}`, first.key);
    expect(await statusOf(call('GET', `/users/${id}`, first.key))).toBe(404);
  });

  test('lose at once what their role no longer allows, in tokens and keys alike', async () => {
    const { id, access_token } = await someone('Developer');
    const { key } = (await call('POST', '/api/v1/keys', access_token, { name: 'mine' })).as(shownKey);
    await call('PATCH', `/users/${id}`, first.key, { role: 'ReadOnly' });
    expect(await statusOf(call('POST', '/api/v1/keys', access_token, { name: 'x' }))).toBe(403);
    expect(await statusOf(call('POST', '/api/v1/keys', key, { name: 'x' }))).toBe(403);
    await call('DELETE', `/users/${id}`, first.key);
    expect(await Promise.all([access_token, key].map((credential) => statusOf(call('GET', '/api/v1/keys', credential))))).toEqual([
      401, 401,
    ]);
  });

  test('keep an administrator who can log in', async () => {
    const admin = (await call('GET', '/users', first.key)).as(userList).items.find(({ username }) => username === 'admin');
    for (const body of [{ role: 'User' }, { is_active: false }])
      expect(await statusOf(call('PATCH', `/users/${admin?.id}`, first.key, body))).toBe(409);
    expect(await statusOf(call('DELETE', `/users/${admin?.id}`, first.key))).toBe(409);
  });
});

describe('An API key', () => {
  test('is shown once, has the requested rights, and reports its last use', async () => {
    const { access_token } = await someone();
    const made = (await call('POST', '/api/v1/keys', access_token, { name: 'My API Key', permissions: ['Read', 'API_Access'] })).as(
      shownKey,
    );
    expect(await statusOf(call('GET', '/api/v1/keys', made.key))).toBe(200);
    await service.dependencies.accounts.flush();
    const listed = await call('GET', '/api/v1/keys', access_token);
    expect(listed.as(keyList).items).toMatchObject([{ id: made.id, permissions: ['Read', 'API_Access'], current: false, quota: null }]);
    expect(Date.parse(listed.as(keyList).items[0]?.last_used_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(listed.json)).not.toContain(made.key);
    expect(await statusOf(call('DELETE', `/api/v1/keys/${made.id}`, access_token))).toBe(204);
    expect(await statusOf(call('GET', '/api/v1/keys', made.key))).toBe(401);
  });

  test('that is revoked, or whose owner is let in no more, is not worked for either', async () => {
    const { id, access_token } = await someone();
    const key = (await call('POST', '/api/v1/keys', access_token, { name: 'handing in' })).as(shownKey);
    const handIn = async (credential: string) => {
      const batch = { items: [{ kind: 'query', query: 'What is 6 * 7?' }] };
      return (await call('POST', '/api/v1/batch', credential, batch)).as(z.object({ id: z.string() })).id;
    };
    const [withKey, withToken] = [await handIn(key.key), await handIn(access_token)];
    const states = async () =>
      Promise.all([withKey, withToken].map(async (batch) => (await call('GET', `/api/v1/batch/${batch}`, first.key)).json));
    await call('DELETE', `/api/v1/keys/${key.id}`, access_token);
    expect(await states()).toMatchObject([{ status: 'cancelled' }, { status: 'queued' }]);
    await call('PATCH', `/users/${id}`, first.key, { is_active: false });
    expect(await states()).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
  });

  test('ends itself and others like it, and none that can do more', async () => {
    const { access_token } = await someone();
    const make = async (name: string, permissions?: readonly string[]) =>
      (await call('POST', '/api/v1/keys', access_token, { name, ...(permissions ? { permissions } : {}) })).as(shownKey);
    const [large, writer, other] = [
      await make('large'),
      await make('writer', ['Write', 'API_Access']),
      await make('other', ['Write', 'API_Access']),
    ];
    expect(await statusOf(call('DELETE', `/api/v1/keys/${large.id}`, writer.key))).toBe(403);
    expect(await statusOf(call('DELETE', `/api/v1/keys/${other.id}`, writer.key))).toBe(204);
    expect(await statusOf(call('DELETE', `/api/v1/keys/${writer.id}`, writer.key))).toBe(204);
    expect(await statusOf(call('DELETE', `/api/v1/keys/${writer.id}`, large.key))).toBe(204);
    expect(await statusOf(call('GET', '/api/v1/keys', large.key))).toBe(200);
  });

  test('has two texts for the overlap of a rotation, of which the old one cannot take the key over', async () => {
    const { access_token } = await someone();
    const old = (await call('POST', '/api/v1/keys', access_token, { name: 'rotated' })).as(shownKey);
    const rotate = (credential: string, overlap_seconds: number) =>
      call('POST', `/api/v1/keys/${old.id}/rotate`, credential, { overlap_seconds });
    const next = (await rotate(access_token, 60)).as(shownKey);
    const works = (key: string) => statusOf(call('GET', '/api/v1/keys', key));
    expect([await works(old.key), await works(next.key), next.id]).toEqual([200, 200, old.id]);
    expect(await statusOf(rotate(old.key, 60))).toBe(403);
    const last = (await rotate(next.key, 0)).as(shownKey);
    expect([await works(old.key), await works(next.key), await works(last.key)]).toEqual([401, 401, 200]);
  });

  test('gets no permission that its maker does not hold, and quota and budget from an administrator alone', async () => {
    const { id, access_token } = await someone();
    const rejected = await call('POST', '/api/v1/keys', access_token, { name: 'x', permissions: ['Read', 'Execute'] });
    expect(rejected.json).toMatchObject({ status: 403, detail: expect.stringContaining('Execute') });
    for (const more of [{ quota: { requests: 9, window_seconds: 60 } }, { budget_micros: 5 }, { user_id: (await someone()).id }])
      expect(await statusOf(call('POST', '/api/v1/keys', access_token, { name: 'x', ...more }))).toBe(403);
    const wish = {
      name: 'x',
      user_id: id,
      permissions: ['Write', 'API_Access'],
      budget_micros: 5,
      quota: { requests: 9, window_seconds: 60 },
    };
    const made = (await call('POST', '/api/v1/keys', first.key, wish)).as(shownKey);
    expect(await service.dependencies.accounts.authenticate.bearer(made.key)).toMatchObject({
      userId: id,
      budgetMicros: 5,
      quota: { requests: 9, windowSeconds: 60 },
    });
    expect(await statusOf(call('POST', '/api/v1/keys', made.key, { name: 'free of the budget' }))).toBe(403);
    const changed = await call('PATCH', `/api/v1/keys/${made.id}`, first.key, { budget_micros: null, is_active: false });
    expect(changed.as(apiKey)).toMatchObject({ budget_micros: null, is_active: false, quota: wish.quota });
    expect(await statusOf(call('GET', '/auth/sessions', made.key))).toBe(401);
  });

  test('gains nothing by any sequence of making and rotating keys', async () => {
    const { access_token } = await someone('Developer');
    const wish = fc.record(
      {
        name: fc.constant('x'),
        permissions: fc.option(fc.uniqueArray(fc.constantFrom(...permissions), { minLength: 1 }), { nil: undefined }),
        expires_at: fc.constantFrom(undefined, '2090-01-01T00:00:00Z', '2080-01-01T00:00:00Z'),
      },
      { requiredKeys: ['name'] },
    );
    const step = fc.record({ make: fc.boolean(), by: fc.nat(), of: fc.nat(), wish });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...permissions), { minLength: 1 }),
        fc.array(step, { maxLength: 6 }),
        async (limits, steps) => {
          const start = {
            name: 'start',
            permissions: [...new Set([...limits.filter((name) => name !== 'Admin'), 'Write', 'API_Access'])],
            expires_at: '2085-01-01T00:00:00Z',
          };
          const root = (await call('POST', '/api/v1/keys', access_token, start)).as(shownKey);
          const held = [root];
          for (const { make, by, of, wish: request } of steps) {
            const [credential, object] = [held[by % held.length]?.key, held[of % held.length]?.id];
            const answer = make
              ? await call('POST', '/api/v1/keys', credential, request)
              : await call('POST', `/api/v1/keys/${object}/rotate`, credential, { overlap_seconds: 60 });
            if (answer.status < 300) held.push(answer.as(shownKey));
          }
          for (const { id, permissions: gained, expires_at } of held) {
            expect(start.permissions).toEqual(expect.arrayContaining(gained));
            expect(Date.parse(expires_at ?? '2999-01-01')).toBeLessThanOrEqual(Date.parse(start.expires_at));
            await call('DELETE', `/api/v1/keys/${id}`, access_token);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('The audit log', () => {
  test('lists every change with actor, action, object and request, the newest first, without secrets', async () => {
    const { id, password } = await someone();
    const { items, next } = (await call('GET', '/api/v1/audit?limit=2', first.key)).as(auditList);
    expect(items).toMatchObject([
      { action: 'session.started', actor: `user:${id}` },
      { action: 'user.created', object: `user:${id}`, actor: expect.stringMatching(/^key:/), request_id: expect.any(String) },
    ]);
    const before = (await call('GET', `/api/v1/audit?limit=2&after=${next}`, first.key)).as(auditList);
    expect(before.items.every((item) => Number(item.id) < Number(items[1]?.id))).toBe(true);
    const all = JSON.stringify(await db.selectFrom('audit_log').selectAll().execute());
    for (const secret of [password, first.key, first.password]) expect(all).not.toContain(secret);
  });

  test.each(['update audit_log set actor = null', 'delete from audit_log', 'truncate audit_log'])('rejects %s', async (statement) => {
    await expect(sql.raw(statement).execute(db)).rejects.toThrow('can only be added');
  });
});
