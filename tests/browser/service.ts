import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnService } from '../../service/testing/process.ts';

/** The first administrator of the service. */
export const admin = { username: 'admin', password: 'a pass phrase of the tests' } as const;

/** A rate limit that no test reaches. */
export const unlimited = '100000';

/** A process of the service with an empty embedded database. */
export async function startPage(environment: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'leyenda-browser-'));
  const service = spawnService({
    LEYENDA_DATA_DIR: folder,
    FIRST_ADMIN_PASSWORD: admin.password,
    RATE_LIMIT_IP_REQUESTS: unlimited,
    RATE_LIMIT_IP_ALL_REQUESTS: unlimited,
    RATE_LIMIT_LOGIN_REQUESTS: unlimited,
    ...environment,
  });
  const url = await service.url();
  return {
    url,
    /** The first administrator's API key; printed once. */
    key: () => service.printed(/API key +(\S+)/),
    async end() {
      await service.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type ServedPage = Awaited<ReturnType<typeof startPage>>;
