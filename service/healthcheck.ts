/**
 * HEALTHCHECK of the image (guide row DC-09): asks the process beside it, without a shell or curl.
 * Exit 0 when /health answers 200 in time, else 1 with the reason.
 */
import { endpoints } from '../contract/endpoints/index.ts';
import { listenersOf } from '../contract/roles.ts';
import { settings } from '../contract/settings.ts';
import { imageHealthcheck } from '../contract/timings.ts';

const role = settings.ROLE.schema.parse(process.env.ROLE);
const [[, name]] = listenersOf[role === 'migrate' ? 'all' : role];
const port = settings[name].schema.parse(process.env[name]);
const url = `http://127.0.0.1:${port}${endpoints.health.path}`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(imageHealthcheck.timeoutSeconds * 1000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`answered ${response.status}`);
} catch (error) {
  console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
