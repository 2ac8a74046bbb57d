import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createFirstAdmin, type FirstAdmin } from '../../service/accounts/first-admin.ts';
import { createClient } from '../../service/client/client.ts';
import { openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { testSettings } from '../../service/testing/service.ts';
import { statuses } from './replicas.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const open = () => openDatabase(testSettings({ DATABASE_URL: given?.databaseUrl }), createLogger('silent', { write: () => {} }));

const running: ServiceProcess[] = [];
async function start(environment: Readonly<Record<string, string>> = {}) {
  const service = spawnService({
    ROLE: 'api',
    DATABASE_URL: given?.databaseUrl ?? '',
    REDIS_URL: given?.redisUrl ?? '',
    SECRET_KEY: 'one secret for all processes of these tests',
    RATE_LIMIT_LOGIN_REQUESTS: '100000',
    RATE_LIMIT_IP_REQUESTS: '100000',
    ...environment,
  });
  running.push(service);
  return service.url();
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.end()));
});

let admin: FirstAdmin;
beforeAll(async () => {
  if (given === undefined) return;
  const database = await open();
  await sql`drop schema public cascade`.execute(database.db);
  await sql`create schema public`.execute(database.db);
  await database.migrate();
  const made = await Promise.all(Array.from({ length: 5 }, () => createFirstAdmin(database.db)));
  const [first, ...others] = made.filter((each) => each !== undefined);
  if (first === undefined || others.length > 0) throw new Error(`${others.length} administrators too many`);
  admin = first;
  await database.close();
});
afterAll(() => given?.end());

const post = (url: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
const logIn = (url: string) =>
  createClient({ baseUrl: url }).call('login', { body: { username: admin.username, password: admin.password } });

withServers('role migrate', () => {
  test('creates the first administrator with the given password, never prints it, and changes no existing user', async () => {
    const database = await open();
    await database.db.deleteFrom('users').execute();
    const password = 'given by the operator';
    for (const FIRST_ADMIN_PASSWORD of [password, 'another one, too late']) {
      const migrating = spawnService({ ROLE: 'migrate', DATABASE_URL: given?.databaseUrl ?? '', FIRST_ADMIN_PASSWORD });
      running.push(migrating);
      const { code, output } = await migrating.exited;
      expect([code, output.includes(FIRST_ADMIN_PASSWORD)]).toEqual([0, false]);
    }
    const client = createClient({ baseUrl: await start() });
    expect(await client.call('login', { body: { username: 'admin', password } })).toMatchObject({ token_type: 'Bearer' });
    await database.db.deleteFrom('users').execute();
    const made = await createFirstAdmin(database.db);
    if (made !== undefined) admin = made;
    await database.close();
  });
});

withServers('accounts of several processes', () => {
  test('are shared: one of five concurrent first starts creates the administrator, and every process accepts the tokens of another', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const { access_token } = await logIn(one);
    const { items: users } = await createClient({ baseUrl: two, credential: access_token }).call('listUsers');
    expect(users.map(({ username, role }) => [username, role])).toEqual([['admin', 'Admin']]);
  });

  test('rotate a refresh token once for concurrent requests, and keep the session', async () => {
    const urls = await Promise.all([start(), start()]);
    const url = (index: number) => urls[index % 2] ?? '';
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token } = await logIn(url(round));
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => post(url(index), '/auth/refresh', { refresh_token })));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(19);
      const winner = answers.find(({ status }) => status === 200);
      const next: { refresh_token: string } = JSON.parse((await winner?.text()) ?? '{}');
      expect((await post(url(round), '/auth/refresh', { refresh_token: next.refresh_token })).status).toBe(200);
    }
  });

  test('return a key again for its Idempotency-Key from the other process until it is revoked', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const headers = { Authorization: `Bearer ${admin.key}`, 'Idempotency-Key': 'the-key-of-a-key' };
    const created = await post(one, '/api/v1/keys', { name: 'kept' }, headers);
    const text = await created.text();
    const again = async () => {
      const replay = await post(two, '/api/v1/keys', { name: 'kept' }, headers);
      return { status: replay.status, text: await replay.text() };
    };
    expect([created.status, await again()]).toEqual([201, { status: 201, text }]);
    const { id, key }: { id: string; key: string } = JSON.parse(text);
    await createClient({ baseUrl: one, credential: admin.key }).call('revokeKey', { params: { id } });
    const gone = await again();
    expect([gone.status, gone.text.includes(key)]).toEqual([410, false]);
  });

  test('keep one of two administrators that demote each other concurrently', async () => {
    const urls = await Promise.all([start(), start()]);
    const clients = urls.map((url) => createClient({ baseUrl: url, credential: admin.key }));
    const [one, two] = clients;
    if (one === undefined || two === undefined) throw new Error('two processes');
    const [first] = (await one.call('listUsers')).items;
    const second = await one.call('createUser', { body: { username: 'second', email: 's@example.com', role: 'Admin' } });
    const results = await Promise.allSettled([
      one.call('updateUser', { params: { id: first?.id ?? '' }, body: { role: 'User' } }),
      two.call('updateUser', { params: { id: second.id }, body: { role: 'User' } }),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const database = await open();
    await database.db.updateTable('users').set({ role: 'Admin' }).where('username', '=', 'admin').execute();
    await database.close();
  });

  test('withstand a flood of guesses: each gets a response, and /health stays fast', async () => {
    const url = await start();
    let flooding = true;
    const flood = Promise.all(
      Array.from({ length: 300 }, (_, index) => post(url, '/auth/login', { username: `unknown-${index}`, password: 'guess' })),
    ).finally(() => {
      flooding = false;
    });
    let healthy = 0;
    while (flooding) {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      healthy += 1;
    }
    const statuses = (await flood).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 503]));
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(34);
    expect(healthy).toBeGreaterThan(10);
    expect((await post(url, '/auth/login', { username: admin.username, password: admin.password })).status).toBe(200);
  });
});

withServers('wrong passwords at two processes', () => {
  const behindProxy = { TRUSTED_PROXIES: '1' };
  const logInFrom = (url: string, address: string, body: { readonly username: string; readonly password: string }) =>
    post(url, '/auth/login', body, { 'X-Forwarded-For': address });
  const addressOf = (index: number) => `192.0.2.${index}`;

  test('are checked 20 times in total; the owner logs in from a known network, other clients wait until the password changes', async () => {
    const urls = await Promise.all([start(behindProxy), start(behindProxy)]);
    const [one, two] = urls;
    const client = createClient({ baseUrl: one, credential: admin.key });
    const owner = { username: 'attacked', password: 'the pass phrase of the owner' };
    const { id } = await client.call('createUser', { body: { ...owner, email: 'attacked@example.com' } });
    expect((await logInFrom(one, '198.51.100.1', owner)).status).toBe(200);
    const tries = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        logInFrom(index % 2 === 0 ? one : two, addressOf(index + 1), { ...owner, password: 'wrong' }),
      ),
    );
    expect(statuses(tries)).toEqual({ 401: 20, 429: 80 });
    for (const url of urls) {
      expect((await logInFrom(url, '198.51.100.1', owner)).status).toBe(200);
      expect((await logInFrom(url, '198.51.100.2', owner)).status).toBe(429);
    }
    const next = { ...owner, password: 'the next pass phrase' };
    await client.call('setPassword', { params: { id }, body: { password: next.password } });
    for (const url of urls) expect((await logInFrom(url, '198.51.100.3', next)).status).toBe(200);
  });
});
