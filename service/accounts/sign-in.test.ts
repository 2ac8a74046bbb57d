import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { userRoles } from '../../contract/roles.ts';
import { testDatabase as db, interruptibleDatabase } from '../testing/database.ts';
import { cheapPasswords } from '../testing/passwords.ts';
import { type MemoryRedis, memoryRedis } from '../testing/redis.ts';
import { g0, startService, type TestService } from '../testing/service.ts';
import { createTestKey } from '../testing/test-callers.ts';
import { createKeyStore } from './key-store.ts';
import { auditList, currentSession, type SignIn, sessionList, shownKey } from './schema.ts';

const password = 'a pass phrase of these tests';
const path = endpoints.signIn.path;
const quota = { requests: 1_000_000, windowSeconds: 3600 };
const plenty = { RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_LOGIN_REQUESTS: '1000000', SECRET_KEY: 'a secret that all processes share' };
const sameOrigin = { 'Sec-Fetch-Site': 'same-origin' };
const running: TestService[] = [];

interface StartOptions {
  readonly redis?: MemoryRedis;
  readonly environment?: Readonly<Record<string, string>>;
  readonly database?: typeof db;
}
async function start({ redis, environment = {}, database = db }: StartOptions = {}) {
  const outside = { db: database, keyStore: createKeyStore(database, quota), passwordHasher: cheapPasswords, redis };
  const service = await startService({ ...plenty, ...environment }, outside);
  running.push(service);
  return service;
}

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string;
}
async function send(service: TestService, to: string, { method = 'GET', body, headers = {}, url = service.url }: Sent = {}) {
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url + to, {
    method,
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json, cookie: response.headers.get('Set-Cookie') ?? '' };
}
const statusOf = async (answer: ReturnType<typeof send>) => (await answer).status;
/** The cookie of a response as a browser sends it back. */
const sentBack = (setCookie: string) => setCookie.split(';')[0] ?? '';
const withCookie = (cookie: string, more: Sent = {}): Sent => ({ ...more, headers: { Cookie: cookie, ...sameOrigin, ...more.headers } });

async function signIn(service: TestService, body: SignIn, headers: Readonly<Record<string, string>> = {}) {
  const answer = await send(service, path, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  return { ...answer, cookie: sentBack(answer.cookie), session: currentSession.parse(answer.json) };
}

async function newUser(role: keyof typeof userRoles = 'User') {
  const username = `someone-${randomUUID()}`;
  const password_hash = await cheapPasswords.hash(password);
  const { id } = await db.insertInto('users').values({ username, role, password_hash }).returning('id').executeTakeFirstOrThrow();
  return { id, username, password };
}
const credentialsOf = ({ username }: { readonly username: string }) => ({ username, password });

let administrator: string;
beforeAll(async () => {
  administrator = await createTestKey('Admin');
});
const asAdmin = (more: Sent): Sent => ({ ...more, headers: { Authorization: `Bearer ${administrator}` } });
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(running.splice(0).map((service) => service.close()));
});
afterAll(() => db.destroy());

describe('Signing in with a password', () => {
  test('returns the user and permissions, sets a cookie that scripts cannot read, and writes the audit log', async () => {
    const service = await start();
    const someone = await newUser('Developer');
    const { session, cookie, headers } = await signIn(service, credentialsOf(someone));
    expect(session).toMatchObject({ user: { id: someone.id, role: 'Developer' }, permissions: userRoles.Developer });
    expect(headers.get('Set-Cookie')).toMatch(/^leyenda=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    const again = await send(service, path, withCookie(cookie));
    expect([again.status, currentSession.parse(again.json), again.headers.get('Cache-Control')]).toEqual([200, session, 'no-store']);
    const audit = auditList.parse((await send(service, '/api/v1/audit?limit=200', asAdmin({}))).json);
    expect(audit.items).toContainEqual(expect.objectContaining({ actor: `user:${someone.id}`, action: 'session.started' }));
  });

  test('stores the hash of the token only', async () => {
    const service = await start();
    const { cookie } = await signIn(service, credentialsOf(await newUser()));
    const key = await createTestKey('User');
    await signIn(service, { api_key: key });
    const stored = JSON.stringify(await db.selectFrom('sessions').selectAll().execute());
    expect([stored.includes(cookie.split('=')[1] ?? ''), stored.includes(key)]).toEqual([false, false]);
  });

  test('rejects a wrong password exactly as a login does, and counts both together', async () => {
    const service = await start();
    const { username } = await newUser();
    const wrong = (to: string) => send(service, to, { method: 'POST', body: { username, password: 'wrong' } });
    const [first, login] = [await wrong(path), await wrong(endpoints.login.path)];
    const problem = ({ json }: typeof first) => ({ ...Object(json), request_id: '' });
    expect([first.status, first.cookie, problem(first)]).toEqual([login.status, '', problem(login)]);
    for (let index = 0; index < 3; index += 1) await wrong(endpoints.login.path);
    const limited = await wrong(path);
    expect([limited.status, Number(limited.headers.get('Retry-After')) > 0]).toEqual([429, true]);
  });

  test('always issues a new token, and ends the session of the cookie that it replaces', async () => {
    const service = await start();
    const someone = await newUser();
    const victim = await newUser();
    const fixed = await signIn(service, credentialsOf(someone));
    const next = await signIn(service, credentialsOf(victim), { Cookie: fixed.cookie, ...sameOrigin });
    expect(next.cookie).not.toBe(fixed.cookie);
    expect(await statusOf(send(service, path, withCookie(fixed.cookie)))).toBe(401);
    expect((await signIn(service, credentialsOf(victim), { Cookie: `leyenda=${'A'.repeat(43)}`, ...sameOrigin })).cookie).not.toContain(
      'AAAA',
    );
    expect(next.session.user?.id).toBe(victim.id);
  });

  test('makes POST /users/{id}/password end the other sessions but not this one', async () => {
    const service = await start();
    const someone = await newUser();
    const [mine, other] = [await signIn(service, credentialsOf(someone)), await signIn(service, credentialsOf(someone))];
    const body = { password: 'the next pass phrase', current_password: password };
    const change = withCookie(mine.cookie, { method: 'PUT', body });
    expect(await statusOf(send(service, `/users/${someone.id}/password`, change))).toBe(204);
    expect(await statusOf(send(service, path, withCookie(mine.cookie)))).toBe(200);
    expect(await statusOf(send(service, path, withCookie(other.cookie)))).toBe(401);
  });

  test('lists the session as current, and creates keys that outlive it', async () => {
    const service = await start();
    const { cookie } = await signIn(service, credentialsOf(await newUser()));
    const { items } = sessionList.parse((await send(service, '/auth/sessions', withCookie(cookie))).json);
    expect(items).toMatchObject([{ current: true }]);
    const made = await send(service, '/api/v1/keys', withCookie(cookie, { method: 'POST', body: { name: 'made on the page' } }));
    expect([made.status, shownKey.parse(made.json).expires_at]).toEqual([201, null]);
  });
});

describe('Signing in with an API key', () => {
  test('acts as the key: its permissions, quota, budget, expiry and usage, and no more', async () => {
    const service = await start();
    const someone = await newUser('Developer');
    const expires = new Date(Date.now() + 86_400_000);
    const key = await createTestKey('Developer', {
      ...{ user_id: someone.id, permissions: ['Read', 'Write', 'API_Access'], expires_at: expires },
      ...{ rate_limit_requests: 7, rate_limit_window: 60, budget_micros: 5_000_000 },
    });
    const { cookie, session } = await signIn(service, { api_key: key });
    expect(session).toMatchObject({ user: { id: someone.id }, permissions: ['Read', 'Write', 'API_Access'] });
    const { bearer, cookie: byCookie } = service.dependencies.accounts.authenticate;
    const [asKey, asCookie] = [await bearer(key), await byCookie(cookie.split('=')[1] ?? '')];
    expect(asCookie).toEqual({ ...asKey, sessionId: expect.any(String), sessionExpiresAt: expect.any(Number) });
    expect(Date.parse(session.expires_at ?? '')).toBe(asKey?.expiresAt);
    const limited = await send(service, path, withCookie(cookie));
    expect(limited.headers.get('RateLimit-Policy')).toContain('"caller";q=7;w=60');
    const rejected = await send(service, '/api/v1/keys', withCookie(cookie, { method: 'POST', body: { name: 'no budget' } }));
    expect(rejected.status).toBe(403);
    expect(await statusOf(send(service, '/users', withCookie(cookie)))).toBe(403);
  });

  test('creates no key that outlives the key, and counts guesses of the password for the key in all of its sessions', async () => {
    const service = await start();
    const someone = await newUser();
    const expires = new Date(Date.now() + 86_400_000);
    const key = await createTestKey('User', { user_id: someone.id, expires_at: expires });
    const statuses: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const { cookie } = await signIn(service, { api_key: key });
      const body = { password: 'the next pass phrase', current_password: 'wrong' };
      statuses.push(await statusOf(send(service, `/users/${someone.id}/password`, withCookie(cookie, { method: 'PUT', body }))));
      if (index > 0) continue;
      const made = shownKey.parse((await send(service, '/api/v1/keys', withCookie(cookie, { method: 'POST', body: { name: 'x' } }))).json);
      expect(Date.parse(made.expires_at ?? '')).toBeLessThanOrEqual(expires.getTime());
    }
    expect([statuses.slice(0, 5), statuses.at(-1)]).toEqual([Array(5).fill(422), 429]);
  });

  test('works for a configured key and for one without a user', async () => {
    const service = await start({ environment: { VALID_API_KEYS: 'a-configured-key-of-tests' } });
    const ownerless = await createTestKey('User', { user_id: null });
    for (const api_key of ['a-configured-key-of-tests', ownerless]) {
      const { cookie, session } = await signIn(service, { api_key });
      expect(session.user).toBeNull();
      expect(await statusOf(send(service, endpoints.generate.path, withCookie(cookie, { method: 'POST', body: g0 })))).toBe(200);
      expect(await statusOf(send(service, path, withCookie(cookie, { method: 'DELETE' })))).toBe(204);
      expect(await statusOf(send(service, path, withCookie(cookie)))).toBe(401);
    }
  });

  test('rejects an unknown key, an access token, and a key that may not use the API', async () => {
    const service = await start();
    const tokens = await send(service, endpoints.login.path, { method: 'POST', body: credentialsOf(await newUser()) });
    const { access_token } = Object(tokens.json);
    const graphqlOnly = await createTestKey('Developer', { permissions: ['GraphQL_Access', 'Read'] });
    const answers = [];
    for (const api_key of ['unknown-key', access_token, graphqlOnly, 'not a key']) {
      const { status, json, cookie } = await send(service, path, { method: 'POST', body: { api_key } });
      answers.push([status, Object(json).code, cookie]);
    }
    expect(answers).toEqual([
      [401, 'login_failed', ''],
      [401, 'login_failed', ''],
      [403, 'forbidden', ''],
      [422, 'invalid_request', ''],
    ]);
  });
});

describe('A session cookie', () => {
  const endings: Readonly<Record<string, (service: TestService, user: { id: string }, keyId: string) => Promise<unknown>>> = {
    'its key is revoked': (service, _user, keyId) => send(service, `/api/v1/keys/${keyId}`, asAdmin({ method: 'DELETE' })),
    'its user is deactivated': (service, { id }) => send(service, `/users/${id}`, asAdmin({ method: 'PATCH', body: { is_active: false } })),
    'its user is deleted': (service, { id }) => send(service, `/users/${id}`, asAdmin({ method: 'DELETE' })),
    'an administrator sets the password': (service, { id }) =>
      send(service, `/users/${id}/password`, asAdmin({ method: 'PUT', body: { password: 'the next pass phrase' } })),
  };
  test.each(Object.keys(endings))('is rejected in every process as soon as %s', async (ending) => {
    const redis = memoryRedis();
    const [one, two] = [await start({ redis }), await start({ redis })];
    const someone = await newUser();
    const made = await send(one, '/api/v1/keys', asAdmin({ method: 'POST', body: { name: 'page', user_id: someone.id } }));
    const key = shownKey.parse(made.json);
    const byKey = await signIn(one, { api_key: key.key });
    const byPassword = await signIn(one, credentialsOf(someone));
    for (const { cookie } of [byKey, byPassword]) expect(await statusOf(send(two, path, withCookie(cookie)))).toBe(200);
    await endings[ending]?.(one, someone, key.id);
    const statuses = (cookie: string) => Promise.all([one, two].map((service) => statusOf(send(service, path, withCookie(cookie)))));
    expect(await statuses(byKey.cookie)).toEqual([401, 401]);
    expect(await statuses(byPassword.cookie)).toEqual(ending === 'its key is revoked' ? [200, 200] : [401, 401]);
  });

  test('ends in every process by signing out, also if several tabs sign out at the same time', async () => {
    const redis = memoryRedis();
    const [one, two] = [await start({ redis }), await start({ redis })];
    const { cookie } = await signIn(one, credentialsOf(await newUser()));
    const [item] = sessionList.parse((await send(two, '/auth/sessions', withCookie(cookie))).json).items;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => send(index % 2 === 0 ? one : two, path, withCookie(cookie, { method: 'DELETE' }))),
    );
    for (const { status, cookie: cleared } of answers)
      expect([status, cleared]).toEqual([204, 'leyenda=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict']);
    for (const service of [one, two]) expect(await statusOf(send(service, path, withCookie(cookie)))).toBe(401);
    const audit = auditList.parse((await send(one, '/api/v1/audit?limit=200', asAdmin({}))).json);
    expect(audit.items.filter(({ action, object }) => action === 'session.ended' && object === `session:${item?.id}`)).toHaveLength(1);
  });

  test('is rejected if one character of it changed, and is ignored with an Authorization header', async () => {
    const service = await start();
    const { cookie } = await signIn(service, credentialsOf(await newUser()));
    const last = cookie.at(-1) === 'A' ? 'B' : 'A';
    for (const tampered of [cookie.slice(0, -1) + last, `${cookie}x`, cookie.slice(0, -1), 'leyenda=', 'leyenda=eyJ.eyJ.x'])
      expect(await statusOf(send(service, path, withCookie(tampered)))).toBe(401);
    for (const Authorization of ['Bearer wrong', 'Basic YTpi', `Bearer ${cookie.split('=')[1]}`])
      expect(await statusOf(send(service, path, withCookie(cookie, { headers: { Authorization } })))).toBe(401);
  });

  test('does not carry a key, nor an access token, in place of its token', async () => {
    const service = await start();
    const tokens = await send(service, endpoints.login.path, { method: 'POST', body: credentialsOf(await newUser()) });
    for (const credential of [await createTestKey('Admin'), Object(tokens.json).access_token])
      expect(await statusOf(send(service, path, withCookie(`leyenda=${credential}`)))).toBe(401);
  });

  test('expires after 30 days without use, and is extended at most once a day by GET', async () => {
    const service = await start();
    const someone = await newUser();
    const { cookie, headers } = await signIn(service, credentialsOf(someone));
    const days = (setCookie: string) => Number(/Max-Age=(\d+)/.exec(setCookie)?.[1]) / 86_400;
    expect(days(headers.get('Set-Cookie') ?? '')).toBeCloseTo(30, 2);
    expect((await send(service, path, withCookie(cookie))).cookie).toBe('');
    const real = Date.now.bind(Date);
    const daysLater = (count: number) => jest.spyOn(Date, 'now').mockImplementation(() => real() + count * 86_400_000);
    daysLater(2);
    expect(sentBack((await send(service, path, withCookie(cookie))).cookie)).toBe(cookie);
    expect((await send(service, '/auth/sessions', withCookie(cookie))).cookie).toBe('');
    daysLater(31);
    expect(await statusOf(send(service, path, withCookie(cookie)))).toBe(401);
  });

  test('is Secure and bound to the host over https, as a trusted proxy reports it, and there has no other name', async () => {
    const [behind, direct] = [await start({ environment: { TRUSTED_PROXIES: '1' } }), await start()];
    const https = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '198.51.100.1' };
    const { cookie, headers } = await signIn(behind, credentialsOf(await newUser()), https);
    expect(headers.get('Set-Cookie')).toMatch(/^__Host-leyenda=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
    const seen = async (sent: string, more: Readonly<Record<string, string>>) =>
      statusOf(send(behind, path, withCookie(sent, { headers: more })));
    expect(await seen(cookie, https)).toBe(200);
    expect(await seen(cookie.replace('__Host-', ''), https)).toBe(401);
    expect(await seen(cookie, { 'X-Forwarded-For': '198.51.100.1' })).toBe(401);
    expect((await signIn(direct, credentialsOf(await newUser()), https)).cookie).toMatch(/^leyenda=/);
  });

  test('keeps working while the database is down; signing in and out return 503 and change nothing', async () => {
    const { db: database, setDown } = interruptibleDatabase();
    const service = await start({ database });
    const someone = await newUser();
    const { cookie } = await signIn(service, credentialsOf(someone));
    setDown(true);
    expect((await send(service, path, withCookie(cookie))).json).toMatchObject({ user: { id: someone.id } });
    expect(await statusOf(send(service, endpoints.generate.path, withCookie(cookie, { method: 'POST', body: g0 })))).toBe(200);
    expect(await statusOf(send(service, path, withCookie(`leyenda=${'A'.repeat(43)}`)))).toBe(503);
    const out = await send(service, path, withCookie(cookie, { method: 'DELETE' }));
    expect([out.status, out.cookie]).toEqual([503, '']);
    expect(await statusOf(send(service, path, { method: 'POST', body: credentialsOf(someone) }))).toBe(503);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 86_400_000);
    const late = await send(service, path, withCookie(cookie));
    expect([late.status, late.cookie]).toEqual([200, '']);
    jest.restoreAllMocks();
    setDown(false);
    expect(await statusOf(send(service, path, withCookie(cookie, { method: 'DELETE' })))).toBe(204);
    expect(await statusOf(send(service, path, withCookie(cookie)))).toBe(401);
  });
});

describe('A request of another origin', () => {
  const hostile: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'another site': { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' },
    'another port or subdomain': { 'Sec-Fetch-Site': 'same-site' },
    'an address that a person typed': { 'Sec-Fetch-Site': 'none' },
    'another origin, in an old browser': { Origin: 'https://evil.example' },
    'a sandboxed frame': { Origin: 'null' },
    'another scheme': { Origin: 'https://HOST' },
    'a client that names neither': {},
  };
  test.each(Object.keys(hostile))('with the cookie changes nothing if it comes from %s', async (from) => {
    const service = await start();
    const { cookie } = await signIn(service, credentialsOf(await newUser()));
    const given = Object.entries(hostile[from] ?? {}).map(([name, value]) => [name, value.replace('HOST', new URL(service.url).host)]);
    const headers = { Cookie: cookie, ...Object.fromEntries(given) };
    const attempts = [
      send(service, '/api/v1/keys', { method: 'POST', body: { name: 'stolen' }, headers }),
      send(service, path, { method: 'DELETE', headers }),
      send(service, '/users/me', { method: 'PATCH', body: { email: 'evil@example.com' }, headers }),
      send(service, '/v1/chat/completions', { method: 'POST', body: {}, headers }),
      send(service, endpoints.graphql.path, { method: 'POST', body: { query: '{ models { id } }' }, headers, url: service.graphqlUrl }),
    ];
    for (const { status, json } of await Promise.all(attempts)) {
      expect(status).toBe(403);
      expect(Object(json).code ?? Object(json).error.code).toBe('cross_origin_request');
    }
    expect(await statusOf(send(service, path, { headers }))).toBe(200);
  });

  test('cannot sign the user in to an account of its choice', async () => {
    const service = await start();
    const body = credentialsOf(await newUser());
    for (const headers of [{ 'Sec-Fetch-Site': 'same-site' }, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }]) {
      const { status, json, cookie } = await send(service, path, { method: 'POST', body, headers });
      expect([status, Object(json).code, cookie]).toEqual([403, 'cross_origin_request', '']);
    }
  });

  test('may not read answers with the cookie, even if CORS_ORIGINS allows the origin', async () => {
    const service = await start({ environment: { CORS_ORIGINS: 'https://app.example' } });
    const { cookie } = await signIn(service, credentialsOf(await newUser()));
    const { headers } = await send(service, path, { headers: { Cookie: cookie, Origin: 'https://app.example' } });
    expect(headers.get('Access-Control-Allow-Origin')).toBe('https://app.example');
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
  });
});

describe('A page of the own origin', () => {
  test('is recognized by Origin if the browser sends no Sec-Fetch-Site, also behind a proxy that terminates TLS', async () => {
    const service = await start({ environment: { TRUSTED_PROXIES: '1' } });
    const proxied = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '198.51.100.1' };
    const { cookie } = await signIn(service, credentialsOf(await newUser()), proxied);
    const { host } = new URL(service.url);
    const from = (Origin: string) =>
      statusOf(send(service, '/api/v1/keys', { method: 'POST', body: { name: 'x' }, headers: { Cookie: cookie, Origin, ...proxied } }));
    expect([await from(`https://${host}`), await from(`http://${host}`)]).toEqual([201, 403]);
  });

  test('uses the cookie on the GraphQL port with the permissions of the session', async () => {
    const service = await start();
    const call = async (role: keyof typeof userRoles) => {
      const { cookie } = await signIn(service, credentialsOf(await newUser(role)));
      const body = { query: '{ models { id } }' };
      return send(service, endpoints.graphql.path, withCookie(cookie, { method: 'POST', body, url: service.graphqlUrl }));
    };
    expect([await call('Developer'), await call('User')].map(({ status }) => status)).toEqual([200, 403]);
  });
});
