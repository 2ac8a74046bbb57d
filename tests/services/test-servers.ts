import { type OwnServer, startPostgres, startRedis } from './servers.ts';

/** PostgreSQL and Redis: those of the environment variables, otherwise new processes if they are installed. */
export interface TestServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Processes of this test file, which it may stop and start; undefined for servers of the environment variables. */
  readonly own: { readonly postgres: OwnServer; readonly redis: OwnServer } | undefined;
  end(): Promise<void>;
}

async function find(): Promise<TestServers | undefined> {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl, own: undefined, end: async () => {} };
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  const end = async () => {
    await Promise.all([postgres?.remove(), redis?.remove()]);
  };
  if (postgres !== undefined && redis !== undefined)
    return { databaseUrl: postgres.url, redisUrl: redis.url, own: { postgres, redis }, end };
  await end();
  return undefined;
}

/** The servers; undefined, with the reason on standard error, if there are none. */
export async function startServers(): Promise<TestServers | undefined> {
  const given = await find();
  if (given === undefined) {
    console.error('skipped: set TEST_DATABASE_URL and TEST_REDIS_URL, or install PostgreSQL (/usr/lib/postgresql) and redis-server');
  }
  return given;
}
