import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../contract/settings.ts';
import { BackupError, messageOf } from './backup-error.ts';
import { bucketOf, configurationText, type Environment, valueIn } from './environment.ts';
import { bucketFiles, folderFiles } from './files.ts';
import { postgresTarget } from './postgres.ts';
import { programsOf } from './programs.ts';
import type { RestoreTarget } from './restore-backup.ts';

/** Variables of libpq for parameters of a connection URL. */
const parameters: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
};

/** The connection as variables of libpq: on a command line, other users of the machine would see the password. */
export function libpqVariables(env: Environment): Readonly<Record<string, string | undefined>> {
  const text = valueIn(env, 'DATABASE_URL');
  const url = text === undefined ? undefined : new URL(text);
  const part = (value: string | undefined) => (value === undefined || value === '' ? undefined : decodeURIComponent(value));
  const PGDATABASE = part(url?.pathname.slice(1)) ?? valueIn(env, 'DB_NAME') ?? env.PGDATABASE;
  if (PGDATABASE === undefined)
    throw new BackupError(
      'there is no database: DATABASE_URL is not set',
      'set it to the URL of the service, or set DB_NAME and the variables of libpq',
    );
  return {
    PGHOST: part(url?.hostname) ?? env.PGHOST,
    PGPORT: part(url?.port) ?? env.PGPORT,
    PGUSER: part(url?.username) ?? valueIn(env, 'DB_USER') ?? env.PGUSER,
    PGPASSWORD: part(url?.password) ?? valueIn(env, 'PGPASSWORD'),
    PGDATABASE,
    ...Object.fromEntries(Object.entries(parameters).map(([name, variable]) => [variable, url?.searchParams.get(name) ?? env[variable]])),
  };
}

/** Requests /health until it is healthy. @throws {BackupError} after a minute */
export async function waitForHealth(url: string): Promise<void> {
  const health = new URL('/health', url);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(health, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return;
      throw new Error(`it returns ${response.status}`);
    } catch (error) {
      if (attempt === 30)
        throw new BackupError(`${health} is not healthy: ${messageOf(error)}`, 'see the log of the service', { cause: error });
      await sleep(2000);
    }
  }
}

/**
 * A service on this machine, or in the pod of this process: the database of DATABASE_URL, and exported files in EXPORTS_DIR or S3_BUCKET.
 * A restore ends the sessions of its processes, which connect again.
 * @param url of the service, whose /health a restore checks
 */
export function hostTarget(
  env: Environment,
  { name, url, signal }: { name: string; url: string | undefined; signal: AbortSignal },
): RestoreTarget {
  const libpq = libpqVariables(env);
  const bucket = bucketOf(env);
  return {
    name,
    database: postgresTarget(programsOf({ PATH: env.PATH, HOME: env.HOME, ...libpq }), libpq.PGDATABASE ?? ''),
    exports:
      bucket === undefined ? folderFiles(settings.EXPORTS_DIR.schema.parse(valueIn(env, 'EXPORTS_DIR'))) : bucketFiles(bucket, signal),
    configuration: () => ({ 'settings.env': configurationText(env) }),
    stop: async () => {},
    start: async () => (url === undefined ? undefined : waitForHealth(url)),
  };
}
