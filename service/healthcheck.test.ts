import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { healthCheckAgent } from '../contract/health-checks.ts';

const requests: string[] = [];
let status = 200;
const server = createServer((request, response) => {
  requests.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
  response.writeHead(status).end('{}');
});
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => server[Symbol.asyncDispose]());

const check = () =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'healthcheck.ts')], {
    env: { PATH: process.env.PATH, ROLE: 'api', PORT: String(Object(server.address()).port) },
  });

test('requests /health as the user agent of health checks, and fails with the status if it is not 200', async () => {
  await check();
  expect(requests).toEqual([`GET /health ${healthCheckAgent}`]);
  status = 503;
  await expect(check()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('status 503') });
});
