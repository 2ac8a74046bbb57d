import { type OwnServer, startPostgres, startRedis } from './servers.ts';

/** Where real servers are: those that the environment names, else own ones where they are installed. */
export interface TestServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Own servers can be stopped and started; those of others are left alone. */
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

/** The real servers, or undefined and the reason on standard error. */
export async function startServers(): Promise<TestServers | undefined> {
  const given = await find();
  if (given === undefined) {
    console.error('skipped: set TEST_DATABASE_URL and TEST_REDIS_URL, or install PostgreSQL (/usr/lib/postgresql) and redis-server');
  }
  return given;
}
