/**
 * Sets a new password for a user, over the database that the settings name; what `leyenda admin` runs here or in a pod.
 * Usage: node admin.js reset-password USER [--password-stdin]
 * Prints one JSON document. Exit code 1: nothing was changed; the reason is one line on standard error.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { redact } from '../contract/redact.ts';
import type { Settings } from '../contract/settings.ts';
import { createAccounts } from './accounts/accounts.ts';
import { passwordChange } from './accounts/schema.ts';
import { createCaches } from './cache/cache.ts';
import { type Database, openDatabase } from './database/database.ts';
import { openRedis } from './redis/redis.ts';
import { StartError } from './runtime/start-error.ts';
import { parseSettings } from './settings.ts';
import { createLogger } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** Standard output is for the document alone. */
const log = createLogger('silent', { write: () => {} });

/** The first line: over some ways to a pod, standard input has no end. */
async function passwordFromStdin(): Promise<string> {
  for await (const line of createInterface(process.stdin)) {
    const { data, error } = passwordChange.shape.password.safeParse(line);
    if (data === undefined)
      throw new StartError(`The password cannot be taken: ${error?.issues.map(({ message }) => message).join('; ')}.`);
    return data;
  }
  throw new StartError('No password came on standard input: write one line to it.');
}

/** @throws {StartError} if there is no database of this release, which this program does not make */
async function open(settings: Settings): Promise<Database> {
  const { DATABASE_URL, LEYENDA_DATA_DIR: folder } = settings;
  if (DATABASE_URL === undefined && !existsSync(join(folder, 'postgres'))) {
    throw new StartError(
      `LEYENDA_DATA_DIR: there is no database in ${resolve(folder)}: set it to the folder of the service, or set DATABASE_URL.`,
    );
  }
  const database = await openDatabase(settings, log, 'leyenda admin');
  await database.ping();
  if (!(await database.isMigrated())) throw new StartError('The database has not been migrated to this release: start the service first.');
  return database;
}

async function resetPassword(settings: Settings, username: string, fromStdin: boolean) {
  const password = fromStdin ? await passwordFromStdin() : randomBytes(18).toString('base64url');
  const database = await open(settings);
  const redis = settings.REDIS_URL === undefined ? undefined : openRedis(settings.REDIS_URL, log);
  await redis?.waitForConnection();
  const metrics = createMetrics();
  const { passwords } = createAccounts({ settings, db: database.db, redis, caches: createCaches(redis, metrics), metrics, log });
  const user = await passwords.reset(username, password);
  if (user === undefined) {
    const administrators = await passwords.administrators();
    throw new StartError(`There is no active user ${username}: the active administrators are ${administrators.join(', ') || 'none'}.`);
  }
  await Promise.allSettled([redis?.close(), database.close()]);
  return { user: user.username, password: fromStdin ? null : password, sessions_ended: user.sessionsEnded };
}

/** One line for any thrown value; an error of the network may have no message of its own. */
function sentence(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const text = Error.isError(error) ? error.message || ('code' in error && String(error.code)) || error.name : String(error);
  return `The password was not reset: ${redact(text).replaceAll(/\s+/g, ' ')}.`;
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'password-stdin': { type: 'boolean', default: false } } });
  const [action, username, ...rest] = positionals;
  if (action !== 'reset-password' || username === undefined || rest.length > 0) {
    throw new StartError('Usage: reset-password USER [--password-stdin]');
  }
  const parsed = parseSettings(process.env);
  if ('violations' in parsed) throw new StartError(parsed.violations.join(' '));
  process.stdout.write(`${JSON.stringify(await resetPassword(parsed.settings, username, values['password-stdin']))}\n`, () =>
    process.exit(),
  );
} catch (error) {
  process.stderr.write(`${sentence(error)}\n`, () => process.exit(1));
}
