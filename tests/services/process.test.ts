import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { hashKey } from '../../service/accounts/key-hashing.ts';
import { load } from '../../service/testing/load.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { stepsIn } from './log-steps.ts';

let folder: string;
let running: ServiceProcess | undefined;
const start = (environment: Record<string, string>) => {
  running = spawnService({ LEYENDA_DATA_DIR: folder, ...environment });
  return running;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leyenda-'));
});
afterEach(() => running?.end());
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Occupies a port. */
async function takePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { taken, port: address.port };
}

/** The content of all files of a folder. */
async function contents(path: string): Promise<Buffer> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name)))),
  );
}

describe('service process', () => {
  let key: string;

  test('prints a key on its first start, accepts it, and completes every request when it is stopped under load', async () => {
    const service = start({ RATE_LIMIT_REQUESTS: '1000000' });
    key = await service.printed(/API key +(\S+)/);
    const url = await service.url();
    expect((await generate({ url }, g0, key)).status).toBe(200);
    for (const path of ['/health', '/ready', '/metrics']) expect((await fetch(url + path)).status).toBe(200);

    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const loading = load(`${url}/api/v4/generate`, 32, { headers, body: JSON.stringify(g0) }, new AbortController().signal, (count) => {
      if (count === 200) service.signal('SIGTERM');
    });
    const { responses, failures } = await loading;
    expect(failures).toEqual([]);
    expect(Object.keys(responses)).toEqual(['200']);
    expect(responses[200]).toBeGreaterThanOrEqual(200);

    const { code, output } = await service.exited;
    expect(code).toBe(0);
    expect(output).toContain('"message":"Application shutting down"');
    expect(output.split('\n').filter((line) => line.startsWith('{') && line.includes(key))).toEqual([]);
  });

  test('stores the hash of that key but not the key', async () => {
    const stored = await contents(folder);
    expect(stored.includes(hashKey(key))).toBe(true);
    expect(stored.includes(key)).toBe(false);
  });

  test('keeps running when a second process on its folder fails, also over a symbolic link', async () => {
    const service = start({});
    const url = await service.url();
    const link = join(folder, '..', `${basename(folder)}-link`);
    await symlink(folder, link);
    const second = spawnService({ LEYENDA_DATA_DIR: link, PORT: new URL(url).port });
    const { code, output, errors } = await second.exited;
    await rm(link);
    expect({ code, steps: stepsIn(output) }).toEqual({ code: 1, steps: ['Starting', 'Preparing'] });
    expect(errors).toMatch(
      /^LEYENDA_DATA_DIR: the folder \S+-link is in use by process \d+ on host \S+ \(the service, since \S+\): stop it first, or set LEYENDA_DATA_DIR to another folder\.\n$/,
    );
    expect((await generate({ url }, g0, key)).status).toBe(200);
  });

  test('accepts the key after a restart, prints none, and exits at once after a second signal', async () => {
    const service = start({});
    const url = await service.url();
    expect((await generate({ url }, g0, key)).status).toBe(200);
    expect(service.output()).not.toContain('store it now');
    service.signal('SIGTERM');
    await service.printed(/(Application shutting down)/);
    service.signal('SIGTERM');
    expect((await service.exited).code).toBe(1);
  });

  describe('with an occupied port at its first start', () => {
    let first: string;
    beforeAll(() => {
      first = join(folder, 'first');
    });

    test.each(['PORT', 'GRAPHQL_PORT', 'METRICS_PORT'])('exits with one line that names %s and creates nothing', async (setting) => {
      const { taken, port } = await takePort();
      const { code, output, errors } = await start({ LEYENDA_DATA_DIR: first, [setting]: `${port}` }).exited;
      taken.close();
      expect({ code, steps: stepsIn(output) }).toEqual({ code: 1, steps: ['Starting', 'Preparing'] });
      expect(errors).toBe(
        `${setting}: another program listens on port ${port} already: stop it, or set ${setting} to a free port (0 takes any).\n`,
      );
      expect(existsSync(first)).toBe(false);
    });

    test('prints the administrator at the next start, and returns 503 except for /health until it serves', async () => {
      const { taken, port } = await takePort();
      taken.close();
      const service = start({ LEYENDA_DATA_DIR: first, PORT: `${port}` });
      const url = `http://127.0.0.1:${port}`;
      const statusOf = (path: string) => fetch(url + path).then(({ status }) => status);
      const seen = { '/ready': new Set<number>(), '/': new Set<number>(), '/health': new Set<number>() };
      const polling = (async () => {
        while (!seen['/ready'].has(200)) {
          for (const [path, statuses] of Object.entries(seen))
            await statusOf(path).then(
              (status) => statuses.add(status),
              () => sleep(5),
            );
        }
      })();
      const password = await service.printed(/Password +(\S+)/);
      await polling;
      expect(seen).toEqual({ '/ready': new Set([503, 200]), '/': expect.any(Set), '/health': new Set([200]) });
      expect([...seen['/']].filter((status) => status !== 503)).toEqual([200]);
      const headers = { 'Content-Type': 'application/json' };
      const login = { method: 'POST', headers, body: JSON.stringify({ username: 'admin', password }) };
      expect((await fetch(`${url}/auth/login`, login)).status).toBe(200);
    });
  });

  test('rejects one port for two settings', async () => {
    const { code, errors } = await start({ PORT: '8123', GRAPHQL_PORT: '8123' }).exited;
    expect({ code, errors }).toEqual({ code: 1, errors: 'GRAPHQL_PORT: PORT is 8123 too: set GRAPHQL_PORT to another port.\n' });
  });

  test('rejects an address that the machine does not have', async () => {
    const { code, errors } = await start({ HOST: '192.0.2.1' }).exited;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'HOST: 192.0.2.1 is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all of them.\n',
    });
  });

  test('exits if it cannot open every port, even after it listens on others', async () => {
    const { taken, port } = await takePort();
    const { code, errors } = await start({ ROLE: 'api', DATABASE_URL: 'postgresql://user@127.0.0.1:1/none', METRICS_PORT: `${port}` })
      .exited;
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^METRICS_PORT: another program listens on port ${port} already: .*\n$`));
    taken.close();
  });

  test('logs a warning about variables without effect, and starts', async () => {
    const service = start({ ROLE: 'api', DATABASE_URL: 'postgresql://user@127.0.0.1:1/none', SSL_KEYFILE: '/etc/ssl/private/yourapp.key' });
    const ignored = await service.printed(/"ignored":(\[[^\]]*\])/);
    expect(ignored).toContain('{"variable":"SSL_KEYFILE","remedy":"TLS ends at the edge');
    await service.url();
  });

  test('does not start with invalid settings and reports all of them', async () => {
    const { code, errors } = await start({ PORT: 'http', VALID_API_KEYS: 'hunter2' }).exited;
    expect(code).toBe(1);
    expect(
      errors
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['PORT', 'VALID_API_KEYS']);
    expect(errors).not.toContain('hunter2');
  });
});
