import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { generate, startService } from '../testing/service.ts';

test('The JSON metrics count requests and errors of this process, for callers that may read', async () => {
  const service = await startService();
  const read = (credential: string) => createClient({ baseUrl: service.url, credential }).call('processMetrics');
  await generate(service);
  await generate(service, { nothing: true });
  await fetch(`${service.url}/nowhere`);
  const expected = { requests_total: 3, errors_total: 2, error_rate: 2 / 3, process_id: process.pid, hostname: hostname() };
  expect(await read('reader-key')).toMatchObject(expected);
  await expect(createClient({ baseUrl: service.url }).call('processMetrics')).rejects.toMatchObject({ status: 401 });
  await expect(read('expired-key')).rejects.toMatchObject({ status: 401 });
  await service.close();
});
