import type { ProcessRole, ServingRole } from '../contract/roles.ts';
import type { Settings } from '../contract/settings.ts';
import { timings } from '../contract/timings.ts';
import { createFirstAdmin } from './accounts/first-admin.ts';
import type { Infrastructure } from './app-dependencies.ts';
import { type Database, openDatabase } from './database/database.ts';
import { outageOf } from './database/outage.ts';
import { type ServingProcess, servingProcess } from './processes/serving-process.ts';
import { configuredModels, describePrices } from './providers/configuration.ts';
import { StartError } from './runtime/start-error.ts';
import { type Service, serve } from './serve.ts';
import type { ReportStep } from './start-progress.ts';
import type { Logger } from './telemetry/log.ts';
import { firstAdminText, welcome } from './welcome.ts';

/** Stops the service at the first signal, and exits at the second one. SIGINT, from a terminal, skips the deregistration delay. */
function stopOnSignal({ lines: log, self, end }: RoleContext, stop: (durations: typeof timings) => Promise<void>): void {
  let stopping = false;
  const handle = async (signal: NodeJS.Signals) => {
    // One of several processes gets a signal from the primary, and perhaps from the terminal: the primary kills it at the second signal.
    if (stopping && self !== undefined) return;
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'Application shutting down');
    await stop(signal === 'SIGINT' ? { ...timings, deregistrationDelay: 0 } : timings);
    await end(0);
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

/** What a process runs. */
interface ProcessContext {
  readonly settings: Settings;
  readonly log: Logger;
  readonly reportStep: ReportStep;
  readonly tracing: Infrastructure['tracing'];
  /** Ends the process. */
  readonly end: (code: number) => Promise<never>;
}
/** What a role uses; `self`: this process, if it is one of several. */
interface RoleContext extends ProcessContext {
  /** The log of the process itself. */
  readonly lines: Logger;
  readonly self: ServingProcess | undefined;
}

/** Listens on the ports of a role until a signal. */
async function open(role: ServingRole, context: RoleContext, database: Database): Promise<Service> {
  const { settings, log, self, tracing } = context;
  const service = await serve(role, settings, log, database, self, { tracing });
  stopOnSignal(context, service.stop);
  return service;
}
function begin({ begin, ports }: Service, { settings, lines, self }: RoleContext): void {
  const { ROLE: role, API_VERSION: version } = settings;
  begin();
  lines.info({ role, version, ports }, 'Application starting up');
  lines.info({ prices: describePrices(settings) }, 'Text models are charged at these prices');
  self?.serving();
}
/** A role whose database is migrated by another process. */
const serveRole = (role: ServingRole) => async (context: RoleContext) => {
  begin(await open(role, context, await openDatabase(context.settings, context.log)), context);
};
/** Resolves when the text is written. */
const print = (text: string) =>
  new Promise<void>((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));

const roles: Readonly<Record<ProcessRole, (context: RoleContext) => Promise<void>>> = {
  /** Listens first: if that fails, the administrator, whose password is shown only once, must not have been created. */
  async all(context) {
    const { settings, log, lines, reportStep, self } = context;
    const { FIRST_ADMIN_PASSWORD: password, PORT, DATABASE_URL, LEYENDA_DATA_DIR } = settings;
    reportStep(DATABASE_URL === undefined ? `Preparing the embedded database in ${LEYENDA_DATA_DIR}` : 'Connecting to PostgreSQL');
    const database = await openDatabase(settings, log, PORT === 0 ? 'the service' : `the service on port ${PORT}`);
    const service = await open('all', context, database);
    if (self?.isFirst === false) return begin(service, context);
    reportStep('Migrating the database');
    const applied = await database.migrate();
    if (applied.length > 0) lines.info({ applied }, 'Database migrated');
    const firstAdmin = await createFirstAdmin(database.db, password, (admin) => print(firstAdminText(admin, password !== undefined)));
    begin(service, context);
    // The text is the last on the screen.
    lines.flush();
    await print(welcome(service, configuredModels(settings), firstAdmin?.key));
  },
  api: serveRole('api'),
  graphql: serveRole('graphql'),
  worker: serveRole('worker'),
  scraper: serveRole('scraper'),
  analytics: serveRole('analytics'),
  async migrate({ settings, log, lines }) {
    const database = await openDatabase(settings, log);
    lines.info({ applied: await database.migrate() }, 'Database migrated');
    const { FIRST_ADMIN_PASSWORD: password } = settings;
    // Not printed, because the logs of a cluster must not contain secrets: the operator knows the password.
    if (password !== undefined && (await createFirstAdmin(database.db, password))) lines.info('First administrator created');
    await database.close();
  },
};

/** Log fields of an error: cause and remedy if the database is down. */
function failureFields(error: unknown) {
  const outage = outageOf(error);
  if (outage === undefined) return { error };
  return { cause: outage.cause, remedy: outage.remedy, reason: Error.isError(error) ? error.message : String(error) };
}

/** Runs the role of the settings; exits with code 1 if it fails. */
export async function runRole(context: ProcessContext): Promise<void> {
  const { settings, log, end } = context;
  const self = servingProcess();
  const lines = log.child({ module: 'process' });
  await roles[settings.ROLE]({ ...context, lines, self }).catch(async (error: unknown) => {
    if (error instanceof StartError) console.error(error.message);
    else lines.fatal({ ...failureFields(error), role: settings.ROLE }, 'The role failed');
    // Open handles would keep the process alive although it serves no requests.
    await end(1);
  });
}
