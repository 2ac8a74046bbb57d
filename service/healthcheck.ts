/**
 * HEALTHCHECK of the image, without a shell or curl.
 * Exit code 0 if /health returns 200 in time, otherwise 1 with the reason.
 */
import { endpoints } from '../contract/endpoints/index.ts';
import { healthCheckAgent, imageHealthcheck } from '../contract/health-checks.ts';
import { listenersOf } from '../contract/roles.ts';
import { settings } from '../contract/settings.ts';

const role = settings.ROLE.schema.parse(process.env.ROLE);
const [[, name]] = listenersOf[role === 'migrate' ? 'all' : role];
const port = settings[name].schema.parse(process.env[name]);
const url = `http://127.0.0.1:${port}${endpoints.health.path}`;
try {
  const response = await fetch(url, {
    headers: { 'user-agent': healthCheckAgent },
    signal: AbortSignal.timeout(imageHealthcheck.timeoutSeconds * 1000),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`status ${response.status}`);
} catch (error) {
  console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
