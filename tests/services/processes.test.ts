import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { tokens } from '../../service/accounts/schema.ts';
import { load } from '../../service/testing/load.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { statuses } from './replicas.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given?.own === undefined ? describe.skip : describe;
const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.end();
});
afterAll(() => given?.end());

const password = 'the-first-password';
const key = 'key-of-several-processes';
/** Two processes of role all; the first call migrates the database. */
function start(environment: Readonly<Record<string, string>> = {}): ServiceProcess {
  const service = spawnService({
    DATABASE_URL: given?.databaseUrl ?? '',
    REDIS_URL: given?.redisUrl ?? '',
    WORKERS: '2',
    METRICS_PORT: '0',
    VALID_API_KEYS: key,
    RATE_LIMIT_REQUESTS: '1000000',
    RATE_LIMIT_LOGIN_REQUESTS: '1000',
    FIRST_ADMIN_PASSWORD: password,
    ...environment,
  });
  running.push(service);
  return service;
}
const linesOf = (service: ServiceProcess, message: string) =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(`"message":"${message}"`))
    .map((line) => JSON.parse(line));
const serving = (service: ServiceProcess, count: number) => waitUntil(() => linesOf(service, 'Application starting up').length >= count);
const metricsUrl = async (service: ServiceProcess) => `http://127.0.0.1:${await service.printed(/"metrics":(\d+)/)}/metrics`;
async function captionsCounted(service: ServiceProcess): Promise<number> {
  const text = await (await fetch(await metricsUrl(service))).text();
  return Number(/requests_total\{method="POST",route="\/api\/v4\/generate",status="200"\} (\d+)/.exec(text)?.[1] ?? 0);
}
/** A request is counted after its response: waits until so many are, and returns how many. */
const countedAtLeast = (service: ServiceProcess, count: number) =>
  waitUntil(
    () => captionsCounted(service),
    (counted) => counted >= count,
  );
/** Process ids of the children of a process (Linux). */
const childrenOf = ({ pid }: ServiceProcess) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
const loadOptions = { headers, body: JSON.stringify(g0) };

withServers('Two processes of WORKERS', () => {
  test('share ports, limits, tokens and metrics; one migrates and prints the welcome', async () => {
    const limited = 'key-with-a-hundred-requests';
    const service = start({ RATE_LIMIT_REQUESTS: '100', VALID_API_KEYS: limited });
    await serving(service, 2);
    const url = await service.url();
    const started = linesOf(service, 'Application starting up');
    expect(started.map(({ process: id }) => id)).toEqual([1, 2]);
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(2);
    expect(started[1].ports).toEqual(started[0].ports);
    expect(linesOf(service, 'Database migrated').map(({ process: id }) => id)).toEqual([1]);
    expect(service.output().match(/Try it:/g)).toHaveLength(1);

    const answers = await Promise.all(Array.from({ length: 150 }, () => generate({ url }, g0, limited)));
    const { 200: accepted = 0 } = statuses(answers);
    const metrics = await (await fetch(await metricsUrl(service))).text();
    // On a busy machine Redis may take longer than its timeout: then a process counts for itself.
    const fallbacks = [...metrics.matchAll(/fallbacks_total\{dependency="cache",operation="limit"\} (\d+)/g)].map(([, count]) =>
      Number(count),
    );
    expect(accepted).toBeGreaterThanOrEqual(100);
    expect(accepted - (fallbacks[0] ?? 0)).toBeLessThanOrEqual(100);
    expect(await countedAtLeast(service, accepted)).toBe(accepted);
    // Log lines are written in blocks.
    await waitUntil(() => new Set(linesOf(service, 'Request completed').map(({ process: id }) => id)).size === 2);

    const login = await fetch(url + endpoints.login.path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    const { access_token } = tokens.parse(await login.json());
    for (let call = 0; call < 6; call += 1) {
      const me = await fetch(url + endpoints.listUsers.path, { headers: { Authorization: `Bearer ${access_token}`, Connection: 'close' } });
      expect(me.status).toBe(200);
    }
  });

  test('complete every request when they are stopped under load, and exit with code 0', async () => {
    const service = start();
    await serving(service, 2);
    const url = (await service.url()) + endpoints.generate.path;
    const { responses, failures } = await load(url, 32, loadOptions, new AbortController().signal, (count) => {
      if (count === 200) service.signal('SIGTERM');
    });
    expect(failures).toEqual([]);
    expect(Object.keys(responses)).toEqual(['200']);
    expect((await service.exited).code).toBe(0);
    expect(
      linesOf(service, 'Application shutting down')
        .map(({ process: id }) => id)
        .sort(),
    ).toEqual([1, 2]);
  });

  test('continue when one of them is killed: it is replaced, and no counter decreases', async () => {
    const service = start();
    await serving(service, 2);
    const url = await service.url();
    await Promise.all(Array.from({ length: 40 }, () => generate({ url }, g0, key)));
    const before = 40;
    expect(await countedAtLeast(service, before)).toBe(before);
    const [, second = 0] = childrenOf(service);
    process.kill(second, 'SIGKILL');
    await waitUntil(() => linesOf(service, 'A process ended and will be replaced').length === 1);
    expect(await captionsCounted(service)).toBe(before);
    await serving(service, 3);
    expect(linesOf(service, 'Application starting up').map(({ process: id }) => id)).toEqual([1, 2, 3]);
    await Promise.all(Array.from({ length: 10 }, () => generate({ url }, g0, key)));
    expect(await countedAtLeast(service, before + 10)).toBe(before + 10);
    expect(await (await fetch(await metricsUrl(service))).text()).toMatch(/^instagram_captions_process_exits_total 1$/m);
  });

  test('end with exit code 1 when replacements end before they serve', async () => {
    const service = start();
    await serving(service, 2);
    const [first = 0] = childrenOf(service);
    let hasExited = false;
    void service.exited.then(() => {
      hasExited = true;
    });
    await waitUntil(() => {
      for (const pid of hasExited ? [] : childrenOf(service)) if (pid !== first) process.kill(pid, 'SIGKILL');
      return hasExited || service.output().includes('Processes end before they serve');
    });
    expect((await service.exited).code).toBe(1);
  });

  test('report a port in use once, and exit with code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { code, errors } = await start({ PORT: `${port}` }).exited;
    taken.close();
    expect(code).toBe(1);
    expect(errors).toBe(`PORT: another program listens on port ${port} already: stop it, or set PORT to a free port (0 takes any).\n`);
  });
});
