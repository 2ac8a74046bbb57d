import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { endpoints } from '../contract/endpoints.ts';
import { generate, startService } from '../testing/service.ts';
import { processMetricsResponse } from './schema.ts';

const ask = (url: string, key: string) => fetch(url + endpoints.processMetrics.path, { headers: { Authorization: `Bearer ${key}` } });

test('The JSON metrics count requests and errors of this process, for callers that may read', async () => {
  const service = await startService();
  await generate(service);
  await generate(service, { nothing: true });
  await fetch(`${service.url}/nowhere`);
  const response = await ask(service.url, 'reader-key');
  expect(response.status).toBe(200);
  const usage = processMetricsResponse.strict().parse(await response.json());
  expect(usage).toMatchObject({ requests_total: 3, errors_total: 2, error_rate: 2 / 3, process_id: process.pid, hostname: hostname() });
  expect((await fetch(service.url + endpoints.processMetrics.path)).status).toBe(401);
  expect((await ask(service.url, 'expired-key')).status).toBe(401);
  await service.close();
});
