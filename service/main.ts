/**
 * The process: settings, then the role that ROLE names, until it is told to stop.
 * Exit code 1: a setting is wrong, or the role failed; the reason is on standard error.
 */
import { createFirstAdmin } from './accounts/first-admin.ts';
import { type Database, openDatabase } from './adapters/postgres.ts';
import type { ProcessRole, ServingRole } from './contract/roles.ts';
import type { Settings } from './contract/settings.ts';
import { checkTimings, timings } from './contract/timings.ts';
import { type Service, serve } from './serve.ts';
import { parseSettings } from './settings.ts';
import { createLogger, type Logger } from './telemetry/log.ts';
import { welcome } from './welcome.ts';

/** Serves until a signal to stop; a second one ends the process at once. A person at a terminal need not wait for endpoints. */
function stopOnSignal(log: Logger, stop: (durations: typeof timings) => Promise<void>): void {
  let stopping = false;
  const handle = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'Application shutting down');
    await stop(signal === 'SIGINT' ? { ...timings, linger: 0 } : timings);
    process.exit(0);
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

/** Serves what the role serves until a signal to stop. */
async function run(role: ServingRole, settings: Settings, log: Logger, database: Database): Promise<Service> {
  const service = await serve(role, settings, log, database);
  stopOnSignal(log, service.stop);
  log.info({ role, version: settings.API_VERSION, ports: service.ports }, 'Application starting up');
  return service;
}
/** A role over a database that somebody else migrates. */
const over = (role: ServingRole) => async (settings: Settings, log: Logger) => {
  await run(role, settings, log, await openDatabase(settings, log));
};

const roles: Readonly<Record<ProcessRole, (settings: Settings, log: Logger) => Promise<void>>> = {
  async all(settings, log) {
    const database = await openDatabase(settings, log);
    const applied = await database.migrate();
    if (applied.length > 0) log.info({ applied }, 'Database migrated');
    const firstAdmin = await createFirstAdmin(database.db, settings.FIRST_ADMIN_PASSWORD);
    const service = await run('all', settings, log, database);
    process.stdout.write(welcome(service, firstAdmin, settings.FIRST_ADMIN_PASSWORD !== undefined));
  },
  api: over('api'),
  graphql: over('graphql'),
  worker: over('worker'),
  async migrate(settings, log) {
    const database = await openDatabase(settings, log);
    log.info({ applied: await database.migrate() }, 'Database migrated');
    const { FIRST_ADMIN_PASSWORD: password } = settings;
    // Nothing is printed here, so that nothing secret is in the logs of a cluster: the operator knows the password.
    if (password !== undefined && (await createFirstAdmin(database.db, password))) log.info('First administrator made');
    await database.close();
  },
};

const parsed = parseSettings(process.env);
const violations = [...('violations' in parsed ? parsed.violations : []), ...checkTimings(timings)];
if ('settings' in parsed && violations.length === 0) {
  const { settings } = parsed;
  const log = createLogger(settings.LOG_LEVEL);
  await roles[settings.ROLE](settings, log).catch((error: unknown) => {
    log.fatal({ error, role: settings.ROLE }, 'The role failed');
    // What had been opened before would keep the process, which serves nobody.
    process.exit(1);
  });
} else {
  for (const violation of violations) console.error(violation);
  process.exitCode = 1;
}
