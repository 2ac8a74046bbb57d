import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { Infrastructure } from '../app-dependencies.ts';
import { problemResponse } from '../http/problem-schemas.ts';
import { startPeriodicTasks } from '../runtime/periodic-tasks.ts';
import type { Environment } from '../secret-files.ts';
import { startService } from '../testing/service.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { detailedResponse, healthResponse, readyResponse, rootResponse } from './schema.ts';

const get = async (url: string, headers = {}) => fetch(url, { headers });
const dependencies = (database: () => Promise<void>, cache: () => Promise<void>): Infrastructure['dependencies'] => ({
  database: { kind: 'postgresql', required: true, check: database },
  cache: { kind: 'redis', required: false, check: cache },
});
/** What the tests look at of an OpenAPI document. */
const operation = z.looseObject({ security: z.array(z.unknown()), responses: z.record(z.string(), z.unknown()) });
const openApi = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
const production = {
  ENVIRONMENT: 'production',
  ROLE: 'graphql',
  DATABASE_URL: 'postgresql://localhost/captions',
  REDIS_URL: 'redis://localhost',
  METRICS_PORT: '9090',
  TRUSTED_HOSTS: '127.0.0.1',
  SECRET_KEY: 'a secret of the tests, and of nothing else',
};
const up = async () => {};
const down = () => Promise.reject(new Error('connection refused'));

describe('Probes', () => {
  test('say healthy and ready while everything is up', async () => {
    const service = await startService({ RELEASE_ID: 'abc123' }, { dependencies: dependencies(up, up) });
    expect(readyResponse.parse(await (await get(`${service.url}/ready`)).json())).toMatchObject({ status: 'ready', release: 'abc123' });
    const health = healthResponse.strict().parse(await (await get(`${service.url}/health`)).json());
    expect(health).toMatchObject({ status: 'healthy', version: '4.0.0', release: 'abc123', database: 'up', cache: 'up' });
    await service.close();
  });

  test('with a database that was never reached: alive, not ready, and the database is named', async () => {
    const service = await startService({}, { dependencies: dependencies(down, up) });
    const ready = await get(`${service.url}/ready`);
    expect([ready.status, ready.headers.get('Retry-After')]).toEqual([503, '1']);
    expect(problemResponse.parse(await ready.json())).toMatchObject({ code: 'unavailable', detail: 'Not ready: database.' });
    const health = await get(`${service.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ status: 'healthy', database: 'down' })]);
    await service.close();
  });

  test('with a database that went down after it was reached: still ready, and both report it', async () => {
    let check = up;
    const service = await startService({}, { dependencies: dependencies(() => check(), up) });
    expect(readyResponse.parse(await (await get(`${service.url}/ready`)).json()).dependencies.database.state).toBe('up');
    check = down;
    const away = async () => readyResponse.parse(await (await get(`${service.url}/ready`)).json());
    await waitUntil(away, ({ dependencies }) => dependencies.database.state === 'down');
    expect(await away()).toMatchObject({ status: 'ready', dependencies: { database: { required: true, state: 'down' } } });
    const detailed = detailedResponse.parse(await (await get(`${service.url}/health/detailed`)).json());
    expect(detailed).toMatchObject({ status: 'degraded', dependencies: { database: { state: 'down' } } });
    service.dependencies.lifecycle.state = 'unready';
    expect((await get(`${service.url}/ready`)).status).toBe(503);
    await service.close();
  });

  test('with Redis down: ready, and degraded in detail', async () => {
    const service = await startService({}, { dependencies: dependencies(up, down) });
    expect((await get(`${service.url}/ready`)).status).toBe(200);
    const detailed = detailedResponse.parse(await (await get(`${service.url}/health/detailed`)).json());
    expect(detailed).toMatchObject({ status: 'degraded', dependencies: { cache: { kind: 'redis', required: false, state: 'down' } } });
    expect(await (await get(`${service.url}/metrics`)).text()).toContain('instagram_captions_dependency_up{dependency="cache"} 0');
    await service.close();
  });

  test('do not wait for a dependency that hangs, and do not check it for every request', async () => {
    let checks = 0;
    const hanging = () => {
      checks += 1;
      return new Promise<void>(() => {});
    };
    const service = await startService({}, { dependencies: dependencies(hanging, up) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(`${service.url}/ready`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(checks).toBe(1);
    await service.close();
  });

  test('are not needed for the metric of each dependency, whose state is checked periodically', async () => {
    let check: () => Promise<void> = down;
    const checked = { kind: 'postgresql', required: false, check: () => check() };
    const service = await startService({}, { dependencies: { database: checked, cache: checked, replica: checked } });
    const stopTasks = startPeriodicTasks(
      service.dependencies.system.tasks.filter(({ name }) => name === 'check dependencies').map((task) => ({ ...task, intervalMs: 100 })),
      () => {},
    );
    const areAll = async (value: number) => {
      const metrics = () => service.dependencies.metrics.render();
      const lines = ['database', 'cache', 'replica'].map((name) => `instagram_captions_dependency_up{dependency="${name}"} ${value}\n`);
      await waitUntil(metrics, (text) => lines.every((line) => text.includes(line)));
    };
    await areAll(0);
    check = up;
    await areAll(1);
    check = down;
    await areAll(0);
    await stopTasks();
    await service.close();
  });

  test('return 503 once the process is shutting down', async () => {
    const service = await startService();
    service.dependencies.lifecycle.state = 'unready';
    expect((await get(`${service.url}/ready`)).status).toBe(503);
    expect((await get(`${service.url}/health`)).status).toBe(200);
    await service.close();
  });
});

describe('The start page', () => {
  test('is JSON for programs and HTML for people', async () => {
    const service = await startService();
    expect(rootResponse.strict().parse(await (await get(service.url)).json()).links.docs).toBe(endpoints.docs.path);
    const page = await get(service.url, { Accept: 'text/html,*/*;q=0.8' });
    expect(page.headers.get('Content-Type')).toContain('text/html');
    expect(await page.text()).toContain(`href="${endpoints.docs.path}"`);
    await service.close();
  });
});

describe('The documentation', () => {
  const descriptionOf = async (url: string) => {
    const { paths } = openApi.parse(await (await get(url + endpoints.openapi.path)).json());
    return Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  };
  const declared = Object.values(endpoints).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);

  test.each<[string, Environment]>([
    ['by default', {}],
    ['in production', production],
    ['with a port for metrics', { METRICS_PORT: '9090' }],
  ])('of each port describes what that port serves and nothing else, %s', async (_when, environment) => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '1000', ...environment });
    for (const url of [service.url, service.graphqlUrl]) {
      const described = await descriptionOf(url);
      const served: string[] = [];
      for (const operation of declared) {
        const [method = '', path = ''] = operation.split(' ');
        const options = await fetch(url + path.replace(/{\w+}/, 'x'), { method: 'OPTIONS' });
        if (options.headers.get('Allow')?.split(', ').includes(method)) served.push(operation);
      }
      expect(described.sort()).toEqual(served.sort());
    }
    await service.close();
  });

  test('of both ports together describes every endpoint of the contract', async () => {
    const service = await startService();
    const described = new Set([...(await descriptionOf(service.url)), ...(await descriptionOf(service.graphqlUrl))]);
    expect([...described].sort()).toEqual(declared.sort());
    expect(await descriptionOf(service.url)).not.toContain('POST /graphql');
    expect(await descriptionOf(service.graphqlUrl)).toContain('POST /graphql');
    await service.close();
  });

  test('names problems and the credential', async () => {
    const service = await startService();
    const document = openApi.parse(await (await get(service.url + endpoints.openapi.path)).json());
    expect(document).toMatchObject({ openapi: '3.1.0', components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } } });
    const generate = document.paths[endpoints.generate.path]?.post;
    expect(generate?.security).toEqual([{ apiKey: [] }, { accessToken: [] }, { session: [] }]);
    expect(Object.keys(generate?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '413', '415', '422', '429', '503', '504']),
    );
    expect(document.components.schemas.GenerateRequest).toMatchObject({ additionalProperties: false });
    await service.close();
  });

  test('is a page whose every file comes from this process', async () => {
    const service = await startService();
    const page = await (await get(service.url + endpoints.docs.path)).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(6);
    for (const file of files) {
      expect(file.startsWith(endpoints.docs.path)).toBe(true);
      expect((await get(service.url + file)).status).toBe(200);
    }
    expect(page).not.toMatch(/<script>|style=/);
    await service.close();
  });
});
