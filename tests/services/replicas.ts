import { generateKey, hashKey } from '../../service/accounts/key-hashing.ts';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { testSettings } from '../../service/testing/service.ts';
import type { TestServers } from './test-servers.ts';

/** A process of the service and its base URL. */
export interface Replica {
  readonly process: ServiceProcess;
  readonly url: string;
}

/** Starts and stops processes of role api over the given servers. */
export function createReplicas(given: TestServers | undefined) {
  const [databaseUrl, redisUrl] = [given?.databaseUrl ?? '', given?.redisUrl ?? ''];
  const running: ServiceProcess[] = [];
  async function startOne(environment: Readonly<Record<string, string>>): Promise<Replica> {
    const process = spawnService({ ROLE: 'api', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...environment });
    running.push(process);
    return { process, url: await process.url() };
  }
  async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await openDatabase(testSettings({ DATABASE_URL: databaseUrl }), createLogger('silent', { write: () => {} }));
    return work(database).finally(() => database.close());
  }
  return {
    migrate: () => withDatabase((database) => database.migrate()),
    /** Creates a key of an administrator. */
    async adminKey(): Promise<string> {
      const key = generateKey();
      const row = { key_hash: hashKey(key), client_name: 'test', expires_at: null, permissions: null, role: 'Admin' };
      await withDatabase(({ db }) => db.insertInto('api_keys').values(row).execute());
      return key;
    },
    /** Starts two replicas with the same settings. */
    start: (environment: Readonly<Record<string, string>>) => Promise.all([startOne(environment), startOne(environment)]),
    async end(): Promise<void> {
      await Promise.all(running.splice(0).map((process) => process.end()));
    },
  };
}

/** Number of responses by status. */
export const statuses = (responses: readonly Response[]) =>
  Object.fromEntries([...Map.groupBy(responses, ({ status }) => status)].map(([status, list]) => [status, list.length]));
