import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { load } from '../../service/testing/load.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0 } from '../../service/testing/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'leyenda-'));
let service: ServiceProcess | undefined;
afterEach(async () => {
  await service?.end();
  rmSync(folder, { recursive: true });
});

const key = 'key-of-the-overload-test';
const requests = 2000;
/** One request in so many fails. */
const failEvery = 20;

interface Line {
  readonly message: string;
  readonly request_id?: string;
  readonly status_code?: number;
  readonly requests_not_logged?: number;
}
const linesIn = (output: string): Line[] =>
  output
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

test('Under overload, a process logs every failed request, samples the others, and reports how many it left out', async () => {
  const settings = { VALID_API_KEYS: key, LOG_REQUESTS_PER_SECOND: '5', RATE_LIMIT_REQUESTS: '1000000' };
  service = spawnService({ LEYENDA_DATA_DIR: folder, ...settings });
  const url = await service.url();
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const failed = new Map<string, Promise<number>>();
  /** An invalid key, a body of a wrong form and an unknown path in turn. */
  function fail(): void {
    const id = `failed-${String(failed.size).padStart(4, '0')}`;
    const path = failed.size % 3 === 0 ? '/nothing' : '/api/v4/generate';
    const authorization = failed.size % 3 === 1 ? 'Bearer unknown' : headers.Authorization;
    const init = { method: 'POST', headers: { ...headers, Authorization: authorization, 'X-Request-ID': id }, body: '{}' };
    failed.set(
      id,
      fetch(url + path, init).then(({ status }) => status),
    );
  }
  const done = new AbortController();
  const { responses } = await load(`${url}/api/v4/generate`, 16, { headers, body: JSON.stringify(g0) }, done.signal, (count) => {
    if (count % failEvery === 0) fail();
    if (count >= requests) done.abort();
  });
  const statuses = await Promise.all(failed.values());
  expect([...new Set(statuses)].toSorted()).toEqual([401, 404, 422]);
  expect(Object.keys(responses)).toEqual(['200']);
  // The next line after requests that were left out has their number.
  await fetch(`${url}/nothing`, { headers: { 'X-Request-ID': 'the-last-one' } });
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  service.signal('SIGTERM');
  const lines = linesIn((await service.exited).output);

  const errors = lines.filter(({ message }) => message === 'HTTP Error');
  expect(errors.map(({ request_id }) => request_id).toSorted()).toEqual([...failed.keys(), 'the-last-one'].toSorted());
  const completed = lines.filter(({ message }) => message === 'Request completed');
  const leftOut = completed.reduce((sum, { requests_not_logged = 0 }) => sum + requests_not_logged, 0);
  const sent = (responses[200] ?? 0) + failed.size + 1;
  expect(leftOut).toBeGreaterThan(0);
  expect(completed.length + leftOut).toBe(sent);
  expect(metrics).toContain(`_requests_not_logged_total ${leftOut}`);
});
