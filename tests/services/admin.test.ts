import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDocument } from '../../scripts/cli/documents.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const program = join(import.meta.dirname, '../../scripts/leyenda.js');
interface Run {
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs `leyenda admin reset-password --json`; returns the document, the exit code and the lines on standard error. */
async function reset(args: readonly string[], { env, input = '' }: Run) {
  const child = spawn(process.execPath, [program, 'admin', 'reset-password', '--json', ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  child.stdin.end(input);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { code, document: parseDocument(stdout), lines: stderr.trim().split('\n') };
}

async function post(url: string, path: string, body: object, token?: string) {
  const headers = { 'Content-Type': 'application/json', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: Object(await response.json()) };
}
const login = (url: string, password: unknown, username = 'admin') => post(url, '/auth/login', { username, password });
const statusWith = (url: string, path: string, token: string) =>
  fetch(url + path, { headers: { Authorization: `Bearer ${token}` } }).then(({ status }) => status);

const running: ServiceProcess[] = [];
function start(environment: Record<string, string>): ServiceProcess {
  const service = spawnService(environment);
  running.push(service);
  return service;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.end()));
});

describe('leyenda admin reset-password on a local folder', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leyenda-admin-'));
    env = { LEYENDA_DATA_DIR: folder };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('fails in a folder without a database and creates none', async () => {
    const { code, document } = await reset([], { env });
    expect({ code, document }).toMatchObject({
      code: 7,
      document: { error: expect.stringContaining(`there is no database in ${folder}`) },
    });
  });

  test('fails while the service runs; afterwards sets the only valid password and ends the sessions', async () => {
    const service = start(env);
    const [url, shown] = [await service.url(), await service.printed(/Password +(\S+)/)];
    const session = await login(url, shown);
    const rejected = await reset([], { env });
    expect(rejected).toMatchObject({ code: 7, document: { error: expect.stringContaining(`${folder} is in use by process`) } });
    expect(rejected.lines).toHaveLength(1);
    service.signal('SIGINT');
    await service.exited;

    const unknown = await reset(['bob'], { env });
    expect(unknown).toMatchObject({ code: 7, document: { error: expect.stringContaining('active administrators are admin') } });
    const short = await reset(['--password-stdin'], { env, input: 'short\n' });
    expect(short).toMatchObject({ code: 7, document: { error: expect.stringContaining('12 characters') } });
    const done = await reset(['Admin'], { env });
    expect(done).toMatchObject({ code: 0, document: { user: 'admin', password: expect.stringMatching(/^\S{24}$/), sessionsEnded: 1 } });

    const again = start(env);
    const next = await again.url();
    expect((await login(next, shown)).status).toBe(401);
    const now = await login(next, done.document.password);
    expect(now.status).toBe(200);
    expect((await post(next, '/auth/refresh', { refresh_token: session.body.refresh_token })).status).toBe(401);
    const audit = await fetch(`${next}/api/v1/audit`, { headers: { Authorization: `Bearer ${now.body.access_token}` } });
    expect(await audit.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ actor: 'operator', action: 'user.password_set' })]),
    });
  });
});

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;

withServers('leyenda admin reset-password on PostgreSQL', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    if (given !== undefined) fresh = await freshDatabase(given);
  });
  afterAll(async () => {
    await fresh.remove();
    await given?.end();
  });

  test('takes effect at once in a running service: sessions end, and no wait remains after wrong passwords', async () => {
    const env = { DATABASE_URL: fresh.url, REDIS_URL: given?.redisUrl ?? '', SECRET_KEY: '0123456789abcdef0123456789abcdef' };
    const service = start({ ...env, FIRST_ADMIN_PASSWORD: 'the-first-password', RATE_LIMIT_LOGIN_REQUESTS: '1000' });
    const url = await service.url();
    const session = await login(url, 'the-first-password');
    expect(await statusWith(url, '/auth/sessions', session.body.access_token)).toBe(200);
    let status = 0;
    while (status !== 429) ({ status } = await login(url, 'a-wrong-password'));

    const done = await reset(['--password-stdin'], { env, input: 'a-password-of-my-own\n' });
    expect(done).toMatchObject({ code: 0, document: { user: 'admin', password: null } });
    expect((await login(url, 'a-password-of-my-own')).status).toBe(200);
    expect(await statusWith(url, '/auth/sessions', session.body.access_token)).toBe(401);
  });

  test('reports an unreachable database', async () => {
    const { code, document } = await reset([], { env: { DATABASE_URL: 'postgresql://user@127.0.0.1:1/none' } });
    expect({ code, document }).toMatchObject({ code: 7, document: { error: expect.stringContaining('ECONNREFUSED') } });
  });
});
