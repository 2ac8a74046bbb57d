import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { problemResponse } from '../http/problem-schemas.ts';
import { testDatabase as db } from '../testing/database.ts';
import { cheapPasswords } from '../testing/passwords.ts';
import { type MemoryRedis, memoryRedis } from '../testing/redis.ts';
import { startService, type TestService } from '../testing/service.ts';
import { createTestKey } from '../testing/test-callers.ts';
import { createKeyStore } from './key-store.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { auditList, tokens } from './schema.ts';

const password = 'a pass phrase of these tests';
const [home, elsewhere] = ['198.51.100.1', '203.0.113.7'];
const quota = { requests: 1_000_000, windowSeconds: 3600 };
const running: TestService[] = [];

/** Passwords that count how often one is hashed to be checked. */
function counted() {
  const counts = { checked: 0 };
  const passwords: PasswordHasher = {
    ...cheapPasswords,
    verify(given, stored) {
      counts.checked += 1;
      return cheapPasswords.verify(given, stored);
    },
  };
  return { counts, passwords };
}

async function start({ redis, environment = {} }: { redis?: MemoryRedis | undefined; environment?: Record<string, string> } = {}) {
  const { counts, passwords } = counted();
  const service = await startService(
    { TRUSTED_PROXIES: '1', RATE_LIMIT_LOGIN_REQUESTS: '100000', SECRET_KEY: 'a secret that all processes share', ...environment },
    { keyStore: createKeyStore(db, quota), passwordHasher: passwords, redis },
  );
  running.push(service);
  /** Tries to log in from an address, with a credential if one is given. */
  const logIn = (username: string, given: string, address: string, credential?: string) =>
    fetch(`${service.url}/auth/login`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-For': address,
        ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
      },
      body: JSON.stringify({ username, password: given }),
    });
  const call = (method: string, path: string, credential: string, body: unknown) =>
    fetch(service.url + path, {
      method,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${credential}` },
      body: JSON.stringify(body),
    });
  return { service, counts, logIn, call };
}
type Started = Awaited<ReturnType<typeof start>>;

async function newUser() {
  const username = `someone-${randomUUID()}`;
  const password_hash = await cheapPasswords.hash(password);
  const { id } = await db.insertInto('users').values({ username, role: 'User', password_hash }).returning('id').executeTakeFirstOrThrow();
  return { id, username };
}
const addressOf = (index: number) => `192.0.${Math.floor(index / 200)}.${(index % 200) + 1}`;
/** Wrong passwords from as many addresses, some at a time. */
async function attack({ logIn }: Pick<Started, 'logIn'>, username: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 20) {
    const tries = Array.from({ length: 20 }, (_, more) => logIn(username, 'wrong', addressOf(index + more)));
    statuses.push(...(await Promise.all(tries)).map(({ status }) => status));
  }
  return statuses;
}
/** What of an answer may depend on whether the account exists; a wait may differ by the second that passed. */
async function seen(response: Response) {
  const { request_id: _id, detail, ...body } = problemResponse.parse(await response.json());
  const wait = Number(response.headers.get('Retry-After') ?? 0);
  const names = [...response.headers.keys()].filter((name) => name !== 'date').sort();
  return JSON.stringify({ status: response.status, body, detail: String(detail).replace(/\d+/, ''), long: wait > 60, names });
}

let administrator: string;
beforeAll(async () => {
  administrator = await createTestKey('Admin');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.close()));
});
afterAll(() => db.destroy());

describe('The owner of an account', () => {
  test('logs in from a known address while 400 wrong passwords come from as many others, of which 20 are checked', async () => {
    const started = await start();
    const { username } = await newUser();
    expect((await started.logIn(username, password, home)).status).toBe(200);
    started.counts.checked = 0;
    const statuses = await attack(started, username, 400);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(380);
    expect(started.counts.checked).toBe(20);
    expect((await started.logIn(username, password, home)).status).toBe(200);
    const rejected = await started.logIn(username, password, elsewhere);
    expect([rejected.status, Number(rejected.headers.get('Retry-After')) > 800]).toEqual([429, true]);
  });

  test('logs in from a new address during an attack if the request carries a session or a key of the account', async () => {
    const started = await start();
    const { id, username } = await newUser();
    const { access_token } = tokens.parse(await (await started.logIn(username, password, home)).json());
    const key = await createTestKey('User', { user_id: id });
    await attack(started, username, 40);
    expect((await started.logIn(username, password, elsewhere)).status).toBe(429);
    expect((await started.logIn(username, password, elsewhere, access_token)).status).toBe(200);
    expect((await started.logIn(username, password, '203.0.113.8', key)).status).toBe(200);
    expect((await started.logIn(username, password, '203.0.113.9', await createTestKey('Admin'))).status).toBe(429);
  });

  test('is not kept out by one address: after five wrong passwords that address alone has to wait', async () => {
    const started = await start();
    const { username } = await newUser();
    const statuses: number[] = [];
    for (let index = 0; index < 20; index += 1) statuses.push((await started.logIn(username, 'wrong', elsewhere)).status);
    expect(statuses.slice(0, 5)).toEqual(Array(5).fill(401));
    expect(statuses.slice(5)).toContain(429);
    expect((await started.logIn(username, password, home)).status).toBe(200);
  });

  test('waits at most a minute at a known address, however often the password was wrong there', async () => {
    const started = await start();
    const { username } = await newUser();
    await started.logIn(username, password, home);
    const tries = await Promise.all(Array.from({ length: 50 }, () => started.logIn(username, 'wrong', home)));
    const waits = tries.map(({ headers }) => Number(headers.get('Retry-After') ?? 0));
    expect([tries.some(({ status }) => status === 429), Math.max(...waits) <= 60]).toEqual([true, true]);
  });

  test('is limited neither by 25 right passwords one after the other nor by 20 at the same time', async () => {
    const started = await start();
    const { username } = await newUser();
    for (let index = 0; index < 25; index += 1) expect((await started.logIn(username, password, home)).status).toBe(200);
    const together = await Promise.all(Array.from({ length: 20 }, () => started.logIn(username, password, elsewhere)));
    expect(together.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  test('has all tries again after a right password', async () => {
    const started = await start();
    const { username } = await newUser();
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 4; index += 1) expect((await started.logIn(username, 'wrong', home)).status).toBe(401);
      expect((await started.logIn(username, password, home)).status).toBe(200);
    }
  });
});

describe('Wrong passwords at the same time', () => {
  test('from one address are checked five times of 50, from 50 addresses 20 times', async () => {
    const started = await start();
    const [one, other] = [await newUser(), await newUser()];
    await Promise.all(Array.from({ length: 50 }, () => started.logIn(one.username, 'wrong', home)));
    expect(started.counts.checked).toBe(5);
    started.counts.checked = 0;
    await Promise.all(Array.from({ length: 50 }, (_, index) => started.logIn(other.username, 'wrong', addressOf(index))));
    expect(started.counts.checked).toBe(20);
  });

  test('are counted by the /64 of an IPv6 address', async () => {
    const started = await start();
    const { username } = await newUser();
    const tries = await Promise.all(
      Array.from({ length: 30 }, (_, index) => started.logIn(username, 'wrong', `2001:db8:1:2::${index + 1}`)),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5);
  });
});

describe('An account that does not exist', () => {
  test('costs and answers the same as one that does, before and after each limit', async () => {
    const started = await start();
    const { username } = await newUser();
    const found = [];
    for (const name of [username, `unknown-${randomUUID()}`]) {
      started.counts.checked = 0;
      const once = await seen(await started.logIn(name, 'wrong', home));
      const often = await Promise.all(Array.from({ length: 12 }, async () => seen(await started.logIn(name, 'wrong', home))));
      await attack(started, name, 40);
      found.push([once, ...often.sort(), await seen(await started.logIn(name, 'wrong', elsewhere)), started.counts.checked]);
    }
    expect(found[0]).toEqual(found[1]);
  });

  test('answers 25 tries from an address where an account is known like that account', async () => {
    const started = await start();
    const { username } = await newUser();
    await started.logIn(username, password, home);
    const found = [];
    for (const name of [username, `unknown-${randomUUID()}`]) {
      const tries = Array.from({ length: 25 }, async () => seen(await started.logIn(name, 'wrong', home)));
      found.push((await Promise.all(tries)).sort());
    }
    expect(found[0]).toEqual(found[1]);
  });
});

describe('A new password', () => {
  test('set by an administrator ends the wait in every process, over Redis and in memory', async () => {
    const redis = memoryRedis();
    for (const shared of [redis, undefined]) {
      const [one, two] = [await start({ redis: shared }), await start({ redis: shared })];
      const { id, username } = await newUser();
      for (const started of [one, two]) await attack(started, username, 40);
      expect([(await one.logIn(username, password, home)).status, (await two.logIn(username, password, home)).status]).toEqual([429, 429]);
      const next = 'another pass phrase';
      expect((await one.call('PUT', `/users/${id}/password`, administrator, { password: next })).status).toBe(204);
      expect([(await one.logIn(username, next, home)).status, (await two.logIn(username, next, home)).status]).toEqual([200, 200]);
    }
  });

  test('needs the present one, and a wrong one counts for the session alone', async () => {
    const started = await start();
    const { id, username } = await newUser();
    const { access_token } = tokens.parse(await (await started.logIn(username, password, home)).json());
    const change = (current_password?: string) =>
      started.call('PUT', `/users/${id}/password`, access_token, { password: 'the next pass phrase', current_password });
    const missing = await change();
    expect([missing.status, await missing.json()]).toMatchObject([
      422,
      { errors: [{ pointer: '/current_password', message: expect.stringMatching(/required/i) }] },
    ]);
    const wrong = await Promise.all(Array.from({ length: 20 }, () => change('wrong')));
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([422, 429]));
    expect((await started.logIn(username, password, elsewhere)).status).toBe(200);
  });
});

describe('Processes on one Redis', () => {
  test('check 20 wrong passwords of an account together, and each 20 of its own while Redis is away', async () => {
    const redis = memoryRedis();
    const [one, two] = [await start({ redis }), await start({ redis })];
    const logIn: Started['logIn'] = (...given) => (Math.random() < 0.5 ? one : two).logIn(...given);
    await attack({ logIn }, (await newUser()).username, 100);
    expect(one.counts.checked + two.counts.checked).toBe(20);
    redis.setDown(true);
    const { username } = await newUser();
    for (const started of [one, two]) await attack(started, username, 40);
    expect(one.counts.checked + two.counts.checked).toBe(60);
    const fallbacks = await one.service.dependencies.metrics.total('fallbacks', 'operation', (value) => value === 'limit');
    expect(fallbacks).toBeGreaterThan(0);
  });
});

describe('Failed logins', () => {
  const entriesOf = async ({ service }: Started, object: string) => {
    const response = await fetch(`${service.url}/api/v1/audit?limit=200`, { headers: { Authorization: `Bearer ${administrator}` } });
    return auditList.parse(await response.json()).items.filter((entry) => entry.object === object);
  };

  test('are audited at the first one and at each limit, and not once more', async () => {
    const started = await start();
    const { id, username } = await newUser();
    await attack(started, username, 100);
    for (let index = 0; index < 3; index += 1) await started.logIn(`unknown-${randomUUID()}`, 'wrong', elsewhere);
    const found = await entriesOf(started, `user:${id}`);
    expect(found.map(({ action, actor, details }) => [action, actor, details])).toEqual([
      ['login.limited', 'anonymous', { limit: 'account', failures: 20, from: expect.any(String) }],
      ['login.failed', 'anonymous', { limit: 'account', failures: 1, from: expect.any(String) }],
    ]);
    const all = JSON.stringify(await db.selectFrom('audit_log').selectAll().execute());
    expect([all.includes('unknown-'), all.includes('wrong')]).toEqual([false, false]);
  });

  test('are counted by outcome, without names', async () => {
    const started = await start();
    const { username } = await newUser();
    await started.logIn(username, password, home);
    await attack(started, username, 40);
    const lines = (await started.service.dependencies.metrics.render())
      .split('\n')
      .filter((line) => line.includes('password_checks_total{') && !line.endsWith(' 0'));
    expect(lines.sort()).toEqual([
      'instagram_captions_password_checks_total{outcome="rejected_account"} 20',
      'instagram_captions_password_checks_total{outcome="right"} 1',
      'instagram_captions_password_checks_total{outcome="wrong"} 20',
    ]);
  });
});
