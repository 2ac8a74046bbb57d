/**
 * HEALTHCHECK of the image, without a shell or curl.
 * Exit code 0 if /health returns 200 in time, otherwise 1 with the reason.
 * Docker starts it every few seconds in each container, so it loads no package and no `fetch`.
 */
import { get } from 'node:http';
import { endpoints } from '../contract/endpoints/index.ts';
import { healthCheckAgent, imageHealthcheck } from '../contract/health-checks.ts';
import { ports } from '../contract/ports.ts';
import { listenersOf, type ServingRole } from '../contract/roles.ts';

const isServing = (role: string): role is ServingRole => role in listenersOf;
const role = process.env.ROLE ?? '';
const [[, setting]] = listenersOf[isServing(role) ? role : 'all'];
const port = process.env[setting] || { PORT: ports.http, GRAPHQL_PORT: ports.graphql }[setting];
const url = `http://127.0.0.1:${port}${endpoints.health.path}`;

function fail(reason: string): void {
  console.error(`${url}: ${reason}`);
  process.exitCode = 1;
}

const timeoutMs = imageHealthcheck.timeoutSeconds * 1000;
get(url, { headers: { 'user-agent': healthCheckAgent }, signal: AbortSignal.timeout(timeoutMs), agent: false }, (response) => {
  response.destroy();
  if (response.statusCode !== 200) fail(`status ${response.statusCode}`);
}).on('error', ({ message }) => fail(message));
