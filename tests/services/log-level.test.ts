import { afterEach, expect, test } from '@jest/globals';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';

const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.end();
});
async function start(environment: Readonly<Record<string, string>>) {
  const service = spawnService({ ROLE: 'api', ...environment });
  running.push(service);
  const url = await service.url();
  const linesWith = (text: string) =>
    service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes(text));
  /** The levels of the lines of a request that is a probe, and of one that fails, once both are written. */
  async function levelsOf(id: string) {
    await fetch(`${url}/health`, { headers: { 'X-Request-ID': id } });
    await fetch(`${url}/nothing`, { headers: { 'X-Request-ID': `${id}-last` } });
    await waitUntil(() => linesWith(`${id}-last`).some((line) => line.includes('HTTP Error')));
    return linesWith(`"request_id":"${id}"`).map((line) => JSON.parse(line).level);
  }
  async function signal(message: string) {
    const before = linesWith(message).length;
    service.signal('SIGUSR2');
    await waitUntil(() => linesWith(message).length > before);
  }
  return { levelsOf, signal };
}

test('A process logs at level debug after SIGUSR2, and at its own level after another', async () => {
  const { levelsOf, signal } = await start({ LOG_LEVEL: 'info' });
  expect(await levelsOf('request-0001')).toEqual([]);
  await signal('The log level is debug for a while');
  expect(await levelsOf('request-0002')).toEqual(['debug', 'debug']);
  await signal('The log level is that of LOG_LEVEL again');
  expect(await levelsOf('request-0003')).toEqual([]);
  await signal('The log level is debug for a while');
  expect(await levelsOf('request-0004')).toEqual(['debug', 'debug']);
});
