import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { hashKey } from './accounts/keys.ts';
import { load } from './testing/load.ts';
import { type ServiceProcess, spawnService } from './testing/process.ts';
import { g0, generate } from './testing/service.ts';

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

/** All bytes of a folder's files. */
async function contents(path: string): Promise<Buffer> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name)))),
  );
}

describe('The process', () => {
  let key: string;

  test('on its first start prints a key once, answers with it, and loses no request when it is stopped under load', async () => {
    const service = start({ RATE_LIMIT_REQUESTS: '1000000' });
    key = await service.printed(/API key +(\S+)/);
    const url = await service.url();
    expect((await generate({ url }, g0, key)).status).toBe(200);
    for (const path of ['/health', '/ready', '/metrics']) expect((await fetch(url + path)).status).toBe(200);

    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const loading = load(`${url}/api/v4/generate`, 32, { headers, body: JSON.stringify(g0) }, new AbortController().signal, (count) => {
      if (count === 200) service.signal('SIGTERM');
    });
    const { answers, failures } = await loading;
    expect(failures).toEqual([]);
    expect(Object.keys(answers)).toEqual(['200']);
    expect(answers[200]).toBeGreaterThanOrEqual(200);

    const { code, output } = await service.exited;
    expect(code).toBe(0);
    expect(output).toContain('"message":"Application shutting down"');
    expect(output.split('\n').filter((line) => line.startsWith('{') && line.includes(key))).toEqual([]);
  });

  test('stored the hash of that key and nowhere the key', async () => {
    const stored = await contents(folder);
    expect(stored.includes(hashKey(key))).toBe(true);
    expect(stored.includes(key)).toBe(false);
  });

  test('started again knows the key, prints none, and ends at once when it is told twice', async () => {
    const service = start({});
    const url = await service.url();
    expect((await generate({ url }, g0, key)).status).toBe(200);
    expect(service.output()).not.toContain('store it now');
    service.signal('SIGTERM');
    await service.printed(/(Application shutting down)/);
    service.signal('SIGTERM');
    expect((await service.exited).code).toBe(1);
  });

  test('that cannot serve all that it should ends, also after it has begun to listen', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, output } = await start({ ROLE: 'api', DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', METRICS_PORT: `${port}` })
      .exited;
    expect(code).toBe(1);
    expect(output).toContain('EADDRINUSE');
    taken.close();
  });

  test('does not start with settings that are wrong, and says all that is wrong', async () => {
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
