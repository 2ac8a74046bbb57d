import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startService, type TestService } from '../testing/service.ts';

describe('A process that starts', () => {
  let service: TestService;
  const started = Promise.withResolvers<void>();
  beforeAll(async () => {
    service = await startService();
    Object.assign(service.dependencies.lifecycle, { state: 'starting', started: started.promise });
  });
  afterAll(() => service.close());
  const send = (path: string) => fetch(service.url + path);

  test('is alive, but not ready', async () => {
    expect((await send('/health')).status).toBe(200);
    const ready = await send('/ready');
    expect({ status: ready.status, retryAfter: ready.headers.get('Retry-After') }).toEqual({ status: 503, retryAfter: '1' });
    expect(await ready.json()).toMatchObject({ code: 'unavailable', detail: 'The process is starting.' });
  });

  test('returns 503 with Retry-After if its startup takes long', async () => {
    const response = await send('/health/detailed');
    expect({ status: response.status, retryAfter: response.headers.get('Retry-After') }).toEqual({ status: 503, retryAfter: '1' });
  });

  test('answers a request that came just before the end of its start', async () => {
    const answer = send('/health/detailed');
    service.dependencies.lifecycle.state = 'running';
    started.resolve();
    expect((await answer).status).toBe(200);
  });
});
