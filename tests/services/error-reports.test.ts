import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { startSentry } from '../../service/testing/sentry.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const running: ServiceProcess[] = [];
const sentry = await startSentry();
afterEach(async () => {
  for (const service of running.splice(0)) await service.end();
  sentry.events.length = 0;
});
afterAll(async () => {
  sentry.close();
  await given?.end();
});

function start(environment: Readonly<Record<string, string>>): ServiceProcess {
  const service = spawnService({ SENTRY_DSN: sentry.dsn, ROLE: 'api', RELEASE_ID: 'abc', ...environment });
  running.push(service);
  return service;
}

describe('A process with SENTRY_DSN', () => {
  test('reports an error that nothing caught before it ends', async () => {
    const program = 'setTimeout(() => { throw new TypeError("broken with https://ana:hunter2@db") }, 3000)';
    const service = start({
      DATABASE_URL: 'postgresql://127.0.0.1:1/x',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}`,
    });
    const { code, output } = await service.exited;
    expect(code).toBe(1);
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'fatal')).toMatchObject([{ origin: 'uncaughtException' }]);
    expect(sentry.events).toMatchObject([
      { level: 'fatal', environment: 'local', release: `${product.name}@${product.version}+abc`, tags: { origin: 'uncaughtException' } },
    ]);
    expect(sentry.received()).not.toContain('hunter2');
  });

  (given === undefined ? test.skip : test)('reports a 500 with request id and route, and no refusal', async () => {
    // Not migrated: statements fail on tables that do not exist.
    const service = start({ DATABASE_URL: given?.databaseUrl ?? '', SECRET_KEY: 's'.repeat(32) });
    const login = `${await service.url()}${endpoints.login.path}`;
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Request-ID': 'request-of-ana' } };
    const invalid = await fetch(login, { ...init, body: '{' });
    const failed = await fetch(login, { ...init, body: JSON.stringify({ username: 'ana', password: 'password-of-ana' }) });
    expect([invalid.status, failed.status]).toEqual([400, 500]);
    const isOfRequest = ({ tags }: (typeof sentry.events)[number]) => tags.request_id === 'request-of-ana';
    await waitUntil(() => sentry.events.some(isOfRequest));
    expect(sentry.events.filter(isOfRequest)).toMatchObject([{ level: 'error', tags: { route: endpoints.login.path, code: 'internal' } }]);
    expect(sentry.received()).not.toContain('password-of-ana');
    service.signal('SIGTERM');
    expect((await service.exited).code).toBe(0);
  });
});
