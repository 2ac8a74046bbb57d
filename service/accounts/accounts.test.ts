import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { testDatabase as db } from '../testing/database.ts';
import { startService, type TestService } from '../testing/service.ts';
import { createFirstAdmin, type FirstAdmin } from './first-admin.ts';
import { tokens, user } from './schema.ts';
import { databaseKeys } from './store.ts';

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
    { keys: databaseKeys(db, quota) },
  );
}, 30_000);
afterAll(async () => {
  await service.close();
  await db.destroy();
});

describe('The first start', () => {
  test('makes one administrator whose password and key work, and stores neither', async () => {
    expect(await createFirstAdmin(db)).toBeUndefined();
    expect((await call('GET', '/users', first.key)).as(z.array(user))).toMatchObject([{ username: 'admin', role: 'Admin', email: null }]);
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
      { username: 'nobody-at-all', password },
      { username: 'no-password', password: 'null' },
      { username, password },
    ];
    const answers = await Promise.all(tries.map((body) => call('POST', '/auth/login', undefined, body)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ json }) => JSON.stringify({ ...Object(json), request_id: '' }))).size).toBe(1);
  });
});
