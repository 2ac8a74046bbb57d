import { describe, expect, test } from '@jest/globals';
import { metrics as definitions, processMetrics } from '../../contract/metrics.ts';
import { exportKinds } from '../../contract/news-exports.ts';
import { g0, generate, startService } from '../testing/service.ts';
import { createRootLogger } from './log.ts';
import { createMetrics } from './metrics.ts';

describe('log', () => {
  test('writes one line at the start and one at the end of a request', async () => {
    const service = await startService();
    await generate(service);
    const lines = service.lines.map((line) => JSON.parse(line));
    const [started, completed] = ['Request started', 'Request completed'].map((text) => lines.find(({ message }) => message === text));
    expect(started).toMatchObject({
      level: 'info',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      module: 'http',
      function: 'requestLog',
      request_id: expect.any(String),
      method: 'POST',
      url: '/api/v4/generate',
      client_ip: '127.0.0.1',
      user_agent: expect.any(String),
    });
    expect(completed).toMatchObject({ request_id: started.request_id, status_code: 200, process_time: expect.any(Number) });
    await service.close();
  });

  test('has at most 200 characters of a User-Agent', async () => {
    const service = await startService();
    await fetch(`${service.url}/api/v1/docs`, { headers: { 'User-Agent': 'x'.repeat(9000) } });
    const lines = service.lines.map((line) => JSON.parse(line));
    expect(lines.find(({ message }) => message === 'Request started').user_agent).toBe('x'.repeat(200));
    await service.close();
  });

  test('writes a line for every response of 400 or higher', async () => {
    const service = await startService();
    await generate(service, { nothing: true });
    const errors = service.lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'HTTP Error');
    expect(errors).toEqual([
      expect.objectContaining({
        level: 'warn',
        status_code: 422,
        path: '/api/v4/generate',
        method: 'POST',
        request_id: expect.any(String),
      }),
    ]);
    await service.close();
  });

  test('names its module once in every line', async () => {
    const service = await startService();
    await generate(service);
    await generate(service, { nothing: true });
    await fetch(`${service.graphqlUrl}/graphql`, { method: 'POST', body: '{' });
    expect(service.lines.length).toBeGreaterThan(6);
    expect(service.lines.filter((line) => line.match(/"module":"[a-z]+"/g)?.length !== 1)).toEqual([]);
    await service.close();
  });

  test('samples successful requests above LOG_REQUESTS_PER_SECOND and counts the others, and logs every failure', async () => {
    const service = await startService({ LOG_REQUESTS_PER_SECOND: '1' });
    const statuses = [];
    for (let count = 0; count < 30; count += 1) statuses.push((await fetch(`${service.url}/api/v1/docs`)).status);
    const failed = await fetch(`${service.url}/nothing`);
    const completed = service.lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'Request completed');
    const notLogged = completed.reduce((sum, { requests_not_logged = 0 }) => sum + requests_not_logged, 0);
    expect(notLogged).toBeGreaterThan(0);
    expect(completed.length + notLogged).toBe(statuses.length + 1);
    expect(completed.at(-1)).toMatchObject({ status_code: failed.status, client_ip: '127.0.0.1', url: '/nothing' });
    expect(await service.dependencies.metrics.total('requestsNotLogged')).toBe(notLogged);
    await service.close();
  });

  test('changes its level together with that of the loggers of features', () => {
    const lines: string[] = [];
    const { log, setLevel } = createRootLogger('info', {}, { write: (line) => void lines.push(line) });
    const child = log.child({ module: 'news' }).child({ function: 'fetch' });
    child.debug('before');
    setLevel('debug');
    child.debug('lowered');
    setLevel('info');
    child.debug('restored');
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['lowered']);
  });

  test('writes probes at level debug', async () => {
    const service = await startService({ LOG_LEVEL: 'info' });
    await fetch(`${service.url}/health`);
    expect(service.lines).toEqual([]);
    await service.close();
  });

  test('contains no credential, body, query or header', async () => {
    const service = await startService({ LOG_LEVEL: 'trace' });
    const secrets = ['user-key', 'sk-in-the-body', 'token-in-the-query', 'cookie-value'];
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', Cookie: 'session=cookie-value' };
    const body = JSON.stringify({ ...g0, content_description: 'sk-in-the-body' });
    await fetch(`${service.url}/api/v4/generate?token=token-in-the-query`, { method: 'POST', headers, body });
    await generate(service, `{"password":"sk-in-the-body"`);
    await generate(service, g0, 'wrong-key-sk-in-the-body');
    expect(service.lines.length).toBeGreaterThanOrEqual(6);
    for (const secret of secrets) expect(service.lines.join('')).not.toContain(secret);
    await service.close();
  });
});

describe('metrics', () => {
  test('include every metric of the contract and of the process', async () => {
    const text = await createMetrics().render();
    for (const { name, type } of Object.values(definitions)) expect(text).toContain(`# TYPE ${name} ${type}`);
    for (const { name, type } of Object.values(processMetrics)) expect(text).toMatch(new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
  });

  test('begin at 0 for every declared label value, so that a first burst is an increase', async () => {
    const text = await createMetrics().render();
    for (const labels of ['outcome="rejected_address"', 'outcome="wrong"'])
      expect(text).toContain(`\n${definitions.passwordChecks.name}{${labels}} 0\n`);
    for (const reason of definitions.credentialsRejected.values.reason)
      expect(text).toContain(`\n${definitions.credentialsRejected.name}{credential="session",reason="${reason}"} 0\n`);
  });

  test('have no lag of a replica without one', async () => {
    const service = await startService();
    expect(await service.dependencies.metrics.render()).not.toMatch(/^\S+replica_lag_seconds /m);
    await service.close();
  });

  test('count server errors of a route and failed exports from 0, so that alerts see the first ones', async () => {
    const service = await startService();
    await generate(service);
    const text = await service.dependencies.metrics.render();
    for (const status of ['500', '502', '503', '504'])
      expect(text).toContain(`instagram_captions_requests_total{method="POST",route="/api/v4/generate",status="${status}"} 0`);
    for (const kind of exportKinds)
      for (const outcome of ['succeeded', 'failed'])
        expect(text).toContain(`instagram_captions_news_exports_total{kind="${kind}",outcome="${outcome}"} 0`);
    await service.close();
  });

  test('have bounded label values for unknown paths and methods', async () => {
    const service = await startService();
    for (const path of ['/a', '/b', '/api/v1/docs/x', '/api/v1/docs/y']) await fetch(service.url + path, { method: 'PROPFIND' });
    await generate(service);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const routes = new Set(
      [...text.matchAll(/requests_total\{method="(\w+)",route="([^"]+)"/g)].map(([, method, route]) => `${method} ${route}`),
    );
    expect(routes).toEqual(new Set(['other unmatched', 'POST /api/v4/generate']));
    expect(text).toContain('instagram_captions_model_requests_total{model="offline",outcome="ok"} 1');
    expect(text).toMatch(/instagram_captions_model_tokens_total\{model="offline",kind="completion"\} [1-9]/);
    expect(text).toContain('instagram_captions_model_cost_micro_dollars_total{model="offline"} 0');
    await service.close();
  });

  test('count a request that is rejected before its handler', async () => {
    const service = await startService();
    await generate(service, g0, 'unknown-key');
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toContain('instagram_captions_requests_total{method="POST",route="/api/v4/generate",status="401"} 1');
    await service.close();
  });
});
