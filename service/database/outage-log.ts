import type { Dialect } from 'kysely';
import { StartError } from '../runtime/start-error.ts';
import type { Logger } from '../telemetry/log.ts';
import { type OutageName, outageOf } from './outage.ts';

/** The same cause is logged again after so many milliseconds. */
const everyMs = 60_000;

/** The level of a line about an error: an outage of the database, which is logged already, is of interest for debugging only. */
export const logLevelFor = <Level extends keyof Logger>(error: unknown, level: Level): Level | 'debug' =>
  outageOf(error) === undefined ? level : 'debug';

/** Logs why the database cannot be used: one line a minute for each cause, however many statements fail. */
export function createOutageLog(log: Logger) {
  const lines = new Map<OutageName, { readonly at: number; suppressed: number }>();
  return {
    /** Looks at an error of the database; logs nothing of one that is no outage, or that ends the start with its own sentence. */
    record(error: unknown): void {
      const outage = error instanceof StartError ? undefined : outageOf(error);
      if (outage === undefined) return;
      const last = lines.get(outage.name);
      if (last !== undefined && performance.now() - last.at < everyMs) {
        last.suppressed += 1;
        return;
      }
      lines.set(outage.name, { at: performance.now(), suppressed: 0 });
      const reason = Error.isError(error) ? error.message : String(error);
      log.error(
        { dependency: 'database', cause: outage.name, reason, suppressed: last?.suppressed ?? 0 },
        `Requests are answered 503 because ${outage.cause}: ${outage.remedy}`,
      );
    },
  };
}
export type OutageLog = ReturnType<typeof createOutageLog>;

/** The same dialect, whose failures to get a connection are looked at; those of statements are seen by Kysely's own log. */
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
