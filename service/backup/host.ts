import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { schemaSteps } from '../../contract/schema.ts';
import { settings } from '../../contract/settings.ts';
import { BackupError, messageOf } from './backup-error.ts';
import { bucketOf, configurationText, type Environment, valueIn } from './environment.ts';
import { bucketFiles, folderFiles } from './files.ts';
import { postgresTarget, psql } from './postgres.ts';
import { programsOf, run } from './programs.ts';
import type { RestoreTarget } from './restore-backup.ts';

/** Variables of libpq for parameters of a connection URL. */
const parameters: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
};

/** @throws {BackupError} without the URL, which has a password */
function parseUrl(text: string): URL {
  const url = URL.parse(text);
  try {
    if (url !== null && decodeURIComponent(url.href)) return url;
  } catch {}
  throw new BackupError('DATABASE_URL is no URL', 'set it to postgresql://USER:PASSWORD@HOST:5432/DATABASE, with %25 for a percent sign');
}

/** The connection as variables of libpq: on a command line, other users of the machine would see the password. */
export function libpqVariables(env: Environment): Readonly<Record<string, string | undefined>> {
  const text = valueIn(env, 'DATABASE_URL');
  const url = text === undefined ? undefined : parseUrl(text);
  // As the driver of the service: parameters come first, such as host of a socket.
  const part = (value: string | undefined, name = '') => url?.searchParams.get(name) || (value && decodeURIComponent(value)) || undefined;
  const PGDATABASE = part(url?.pathname.slice(1)) ?? valueIn(env, 'DB_NAME') ?? env.PGDATABASE;
  if (PGDATABASE === undefined)
    throw new BackupError(
      'there is no database: DATABASE_URL is not set',
      'set it to the URL of the service, or set DB_NAME and the variables of libpq',
    );
  return {
    PGHOST: part(url?.hostname.replace(/^\[(.+)\]$/, '$1'), 'host') ?? env.PGHOST,
    PGPORT: part(url?.port, 'port') ?? env.PGPORT,
    PGUSER: part(url?.username, 'user') ?? valueIn(env, 'DB_USER') ?? env.PGUSER,
    PGPASSWORD: part(url?.password, 'password') ?? valueIn(env, 'PGPASSWORD'),
    PGDATABASE,
    ...Object.fromEntries(Object.entries(parameters).map(([name, variable]) => [variable, url?.searchParams.get(name) ?? env[variable]])),
  };
}

const state = z.object({ dependencies: z.object({ database: z.object({ state: z.string() }) }) });

/** Requests /health/detailed until the service reaches its database, which /health does not report. @throws {BackupError} after a minute */
export async function waitForHealth(url: string, attempts = 30): Promise<void> {
  const health = new URL('/health/detailed', url);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(health, { signal: AbortSignal.timeout(5000) });
      if (!response.ok) throw new Error(`it returns ${response.status}`);
      const { database } = state.parse(await response.json()).dependencies;
      if (database.state === 'up') return;
      throw new Error(`the database is ${database.state}`);
    } catch (error) {
      if (attempt === attempts)
        throw new BackupError(`${health} is not healthy: ${messageOf(error)}`, 'see the log of the service', { cause: error });
      await sleep(2000);
    }
  }
}

/** A service that runs does not migrate: the schema must be that of this release. @throws {BackupError} */
function rejectOtherSchema(applied: readonly string[]): void {
  const steps = schemaSteps.map(({ name }) => name);
  const missing = steps.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !steps.some((step) => step === name));
  if (missing.length > 0)
    throw new BackupError(`the restored database has no migration ${missing.join(', ')}`, 'stop the service, and restore without --url');
  if (unknown.length > 0)
    throw new BackupError(`this release does not know the migration ${unknown.join(', ')}`, 'restore with the release of the set');
}

/**
 * A service on this machine, or in the pod of this process: the database of DATABASE_URL, and exported files in EXPORTS_DIR or S3_BUCKET.
 * A restore ends the sessions of its processes, which connect again.
 * @param url of the service, whose database a restore checks
 */
export function hostTarget(
  env: Environment,
  { name, url, signal }: { name: string; url: string | undefined; signal: AbortSignal },
): RestoreTarget {
  const libpq = libpqVariables(env);
  const bucket = bucketOf(env);
  const start = programsOf({ PATH: env.PATH, HOME: env.HOME, ...libpq });
  async function check(service: string): Promise<void> {
    const names = await run(start, 'psql', [...psql, '--command=select name from kysely_migration']);
    rejectOtherSchema(names.split('\n').filter((line) => line !== ''));
    // It reuses the state of its dependencies for a second.
    await sleep(1000);
    await waitForHealth(service);
  }
  return {
    name,
    database: postgresTarget(start, libpq.PGDATABASE ?? ''),
    exports:
      bucket === undefined ? folderFiles(settings.EXPORTS_DIR.schema.parse(valueIn(env, 'EXPORTS_DIR'))) : bucketFiles(bucket, signal),
    configuration: () => ({ 'settings.env': configurationText(env) }),
    start: url === undefined ? undefined : () => check(url),
  };
}
