import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createClient } from '../../service/client/client.ts';
import { openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { testSettings } from '../../service/testing/service.ts';
import { type SmallDisk, smallDisk } from '../../service/testing/small-disk.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { postgresBin, startPostgres } from './servers.ts';

const password = 'password-of-the-full-disk';
const withDisk = process.getuid?.() === 0 ? test : test.skip;
const withPostgres = postgresBin() === undefined ? test.skip : withDisk;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
function disk(megabytes: number): SmallDisk {
  const small = smallDisk(megabytes);
  if (small === undefined) throw new Error('root may mount a disk');
  cleanups.push(small.remove);
  return small;
}

/** The service over a database, with calls of its administrator. */
async function start(environment: Readonly<Record<string, string>>) {
  const service = spawnService({ FIRST_ADMIN_PASSWORD: password, RATE_LIMIT_REQUESTS: '100000', ...environment });
  cleanups.push(service.end);
  const url = await service.url();
  const graphqlUrl = `http://127.0.0.1:${await service.printed(/"graphql":(\d+)/)}`;
  const post = (path: string, body: unknown, credential?: string, base = url) =>
    fetch(base + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }) },
      body: JSON.stringify(body),
    });
  const login = await post('/auth/login', { username: 'admin', password });
  const { access_token: admin } = Object(await login.json());
  let made = 0;
  /** Stores some 100 kB. */
  const store = () => {
    const items = Array.from({ length: 100 }, () => ({ kind: 'query', query: `${made++} ${Math.random()}`.repeat(40) }));
    return post('/api/v1/batch', { items }, admin);
  };
  return { service, url, graphqlUrl, post, store, admin };
}
const lines = (service: ServiceProcess, name: string) =>
  service.output().match(new RegExp(`"dependency":"database","cause":"${name}"`, 'g')) ?? [];

describe('full disk', () => {
  withDisk(
    'under the embedded database is 503 with Retry-After and one line in the log, and what is written after it is free is kept',
    async () => {
      const small = disk(220);
      const { service, url, graphqlUrl, post, store, admin } = await start({ LEYENDA_DATA_DIR: `${small.path}/data` });
      expect((await store()).status).toBe(202);
      small.fill();
      for (let call = 0; call < 5; call++) {
        const rejected = await store();
        expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, '10']);
        expect(await rejected.json()).toMatchObject({ code: 'unavailable', detail: expect.not.stringContaining(small.path) });
      }
      const compatible = await post(
        '/v1/chat/completions',
        { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] },
        'unknown-key',
      );
      expect([compatible.status, compatible.headers.has('Retry-After')]).toEqual([503, true]);
      expect(await compatible.json()).toMatchObject({ error: { type: 'server_error', code: 'unavailable' } });
      const document = { query: 'mutation { createApiKey(input: {name: "shop"}) { key } }' };
      expect(await (await post('/graphql', document, admin, graphqlUrl)).json()).toMatchObject({
        errors: [{ extensions: { code: 'unavailable', status: 503, retry_after: 10 } }],
      });
      expect((await fetch(`${url}/health`)).status).toBe(200);
      await service.printed(/"cause":"(disk_full)"/);
      expect(lines(service, 'disk_full')).toHaveLength(1);
      expect(service.output()).toContain("because the database's disk is full: free space on it or enlarge it");
      small.free();
      await waitUntil(store, ({ status }) => status === 202);
      const key = await waitUntil(
        () => post('/api/v1/keys', { name: 'after' }, admin),
        ({ status }) => status === 201,
      );
      service.signal('SIGKILL');
      await service.exited;
      const again = await start({ LEYENDA_DATA_DIR: `${small.path}/data` });
      expect((await again.post('/api/v1/query', { query: 'Hello' }, Object(await key.json()).key)).status).toBe(200);
    },
  );

  withDisk('under the exports fails one with storage_full, leaves no file, and lets the next one succeed once space is free', async () => {
    const small = disk(8);
    const folder = await mkdtemp(join(tmpdir(), 'leyenda-full-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const { url, admin } = await start({ LEYENDA_DATA_DIR: folder, EXPORTS_DIR: small.path });
    const client = createClient({ baseUrl: url, credential: admin });
    const exported = async () => {
      const { id } = await client.call('createExport', { body: { kind: 'csv', dataset: 'articles', filters: {} } });
      return waitUntil(
        () => client.call('readExport', { params: { id } }),
        ({ state }) => state === 'failed' || state === 'succeeded',
      );
    };
    small.fill();
    expect(await exported()).toMatchObject({ state: 'failed', error: { code: 'storage_full' }, link: null });
    expect(await readdir(small.path)).toEqual(['filler']);
    small.free();
    expect(await exported()).toMatchObject({ state: 'succeeded', rows: 0 });
  });

  withPostgres('of PostgreSQL causes 503 with Retry-After and one log line until space is freed', async () => {
    const small = disk(220);
    const postgres = await startPostgres('max_wal_size = 64MB\n', small.path);
    cleanups.push(() => postgres?.stop());
    const { service, store } = await start({ DATABASE_URL: postgres?.url ?? '' });
    expect((await store()).status).toBe(202);
    small.fill();
    const rejected = await waitUntil(store, ({ status }) => status !== 202);
    expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, '10']);
    await service.printed(/"cause":"(disk_full)"/);
    expect(lines(service, 'disk_full')).toHaveLength(1);
    small.free();
    await waitUntil(store, ({ status }) => status === 202);
  });
});

describe('read-only PostgreSQL', () => {
  withPostgres('causes 503 with Retry-After and one log line until it is writable', async () => {
    const postgres = await startPostgres();
    cleanups.push(() => postgres?.remove());
    const { service, store } = await start({ DATABASE_URL: postgres?.url ?? '' });
    const server = await openDatabase(testSettings({ DATABASE_URL: postgres?.url }), createLogger('silent', { write: () => {} }));
    const setReadOnly = async (to: 'on' | 'off') => {
      await sql`set default_transaction_read_only = off`.execute(server.db);
      await sql.raw(`alter system set default_transaction_read_only = ${to}`).execute(server.db);
      await sql`select pg_reload_conf()`.execute(server.db);
      await sleep(0);
    };
    await setReadOnly('on');
    const rejected = await waitUntil(store, ({ status }) => status !== 202);
    expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, '10']);
    await store();
    await service.printed(/"cause":"(read_only)"/);
    expect(lines(service, 'read_only')).toHaveLength(1);
    await setReadOnly('off');
    await waitUntil(store, ({ status }) => status === 202);
    await server.close();
  });
});
