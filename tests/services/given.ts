import { type Servers, startServers } from './servers.ts';

/** Where real servers are: those that the environment names, else own ones where they are installed. */
export interface Given {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Own servers can be stopped and started; those of others are left alone. */
  readonly own: Servers | undefined;
  end(): Promise<void>;
}

async function find(): Promise<Given | undefined> {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl, own: undefined, end: async () => {} };
  const own = await startServers();
  if (own === undefined) return undefined;
  const end = async () => {
    await Promise.all([own.postgres.remove(), own.redis.remove()]);
  };
  return { databaseUrl: own.postgres.url, redisUrl: own.redis.url, own, end };
}

/** The real servers, or undefined and the reason on standard error. */
export async function givenServers(): Promise<Given | undefined> {
  const given = await find();
  if (given === undefined) {
    console.error('skipped: set TEST_DATABASE_URL and TEST_REDIS_URL, or install PostgreSQL (/usr/lib/postgresql) and redis-server');
  }
  return given;
}
