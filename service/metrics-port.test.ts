import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { metrics } from '../contract/metrics.ts';
import { createApp } from './app.ts';
import { generate, startService } from './testing/service.ts';

test('/metrics is on METRICS_PORT alone where that is set, and nothing else is there', async () => {
  const service = await startService({ METRICS_PORT: '9090' });
  const scraped = createServer(createApp(service.dependencies, 'metrics').callback()).listen(0, '127.0.0.1');
  await once(scraped, 'listening');
  const address = scraped.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await generate(service);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain(`${metrics.requests.name}{method="POST",route="/api/v4/generate",status="200"} 1`);
  const status = async (url: string) => (await fetch(url)).status;
  expect(await (await fetch(`${service.url}/metrics`)).json()).toMatchObject({
    status: 404,
    code: 'metrics_on_other_port',
    detail: 'Metrics are on port 9090 (METRICS_PORT), not on this port.',
  });
  expect(await status(`http://127.0.0.1:${port}/`)).toBe(404);
  expect(await status(`http://127.0.0.1:${port}/api/v4/generate`)).not.toBe(200);
  await Promise.all([service.close(), scraped[Symbol.asyncDispose]()]);
});

test('/metrics is nowhere where ENABLE_METRICS is false', async () => {
  const service = await startService({ ENABLE_METRICS: 'false' });
  expect(await (await fetch(`${service.url}/metrics`)).json()).toMatchObject({ status: 404, code: 'not_found' });
  await service.close();
});
