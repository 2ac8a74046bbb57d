import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type ProcessRole, processRoles } from '../../contract/roles.ts';
import { isRequired, type Setting, type SettingName, settingNames, settings } from '../../contract/settings.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { freePort } from './servers.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
let fresh: FreshDatabase | undefined;
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
const running: ServiceProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

/** A value for every setting that an environment requires. */
const values = async (role: ProcessRole): Promise<Partial<Record<SettingName, string>>> => ({
  ROLE: role,
  ENVIRONMENT: 'production',
  METRICS_PORT: '0',
  DATABASE_URL: fresh?.url ?? '',
  REDIS_URL: given?.redisUrl ?? '',
  SECRET_KEY: '0123456789abcdef0123456789abcdef',
  TRUSTED_HOSTS: 'api.example.com',
});
const reads = (name: SettingName, role: ProcessRole) => (settings[name] satisfies Setting).roles.some((reader) => reader === role);

/** The required settings of a role in production, with free ports. */
async function required(role: ProcessRole) {
  const given = await values(role);
  const port = String(await freePort());
  return {
    port,
    environment: {
      ...Object.fromEntries(
        settingNames.filter((name) => reads(name, role) && isRequired(name, 'production')).map((name) => [name, given[name] ?? '']),
      ),
      ...(role === 'graphql' ? { PORT: '1', GRAPHQL_PORT: port } : { PORT: port }),
    },
  };
}

const serving = processRoles.filter((role) => role !== 'migrate' && role !== 'all');

withServers('role with only its required production settings', () => {
  test.each(serving)('%s: starts, is live and ready, passes the health check of the image, and stops on SIGTERM', async (role) => {
    const { environment, port } = await required(role);
    const service = spawnService(environment);
    running.push(service);
    await service.printed(/(Application starting up)/);
    for (const path of ['/health', '/ready']) expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    const check = spawn(process.execPath, [join(import.meta.dirname, '../../service/healthcheck.ts')], { env: { ...environment } });
    expect(await once(check, 'exit')).toEqual([0, null]);
    service.signal('SIGINT');
    const { code, output } = await service.exited;
    expect({ code, errors: output.split('\n').filter((line) => line.includes('"level":"error"')) }).toEqual({ code: 0, errors: [] });
  });

  test('migrate: exits with 0', async () => {
    const service = spawnService((await required('migrate')).environment);
    running.push(service);
    expect((await service.exited).code).toBe(0);
  });
});
