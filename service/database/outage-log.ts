import type { Dialect } from 'kysely';
import { StartError } from '../runtime/start-error.ts';
import type { Logger } from '../telemetry/log.ts';
import { type OutageName, outageOf } from './outage.ts';

/** Milliseconds between two lines about the same cause. */
const intervalMs = 60_000;

/** The level for a line about an error: `debug` for an outage of the database, which has its own line. */
export const logLevelFor = <Level extends keyof Logger>(error: unknown, level: Level): Level | 'debug' =>
  outageOf(error) === undefined ? level : 'debug';

/** Logs outages of the database: one line per minute and cause for any number of failures. */
export function createOutageLog(log: Logger) {
  const lastLines = new Map<OutageName, { readonly at: number; suppressed: number }>();
  return {
    /** Ignores errors that are no outage, and StartErrors, which end the process with their own message. */
    record(error: unknown): void {
      const outage = error instanceof StartError ? undefined : outageOf(error);
      if (outage === undefined) return;
      const last = lastLines.get(outage.name);
      if (last !== undefined && performance.now() - last.at < intervalMs) {
        last.suppressed += 1;
        return;
      }
      lastLines.set(outage.name, { at: performance.now(), suppressed: 0 });
      const reason = Error.isError(error) ? error.message : String(error);
      log.error(
        { dependency: 'database', cause: outage.name, reason, suppressed: last?.suppressed ?? 0 },
        `Requests fail with 503 because ${outage.cause}: ${outage.remedy}`,
      );
    },
  };
}
export type OutageLog = ReturnType<typeof createOutageLog>;

/** Records failures to get a connection; Kysely's log reports those of statements. */
export const withOutageLog = (dialect: Dialect, { record: failed }: OutageLog): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createQueryCompiler: () => dialect.createQueryCompiler(),
  createDriver() {
    const driver = dialect.createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async (...options) => {
      try {
        return await acquire(...options);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    return driver;
  },
});
