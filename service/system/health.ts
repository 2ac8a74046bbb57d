import { withDeadline } from '../runtime/deadline.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** `replica`: only of a process that reads one. */
export type DependencyName = 'database' | 'cache' | 'replica';
export type DependencyState = 'up' | 'down' | 'unknown';
export interface Dependency {
  /** The process is not ready until the dependency has been reached once. */
  readonly required: boolean;
  /** Its product, or `embedded` or `memory` in this process. */
  readonly kind: string;
  /** Throws if it is down or not usable. */
  readonly check: () => Promise<void>;
}
export interface DependencyReport {
  readonly kind: string;
  readonly required: boolean;
  readonly state: DependencyState;
}

/** A value for each dependency of the process. */
type ByDependency<T> = Readonly<Record<'database' | 'cache', T> & Partial<Record<'replica', T>>>;
export type Dependencies = ByDependency<Dependency>;
type Reports = ByDependency<DependencyReport>;

/** Results are reused for so many milliseconds, because /ready is public. */
const resultTtlMs = 1000;
/** Timeout of a check, in milliseconds; shorter than that of the readiness probe. */
const timeoutMs = 1500;
const noAnswer = () => new Error('no answer in time');

export interface Health {
  /** Checks every dependency, or returns a recent result. */
  check(): Promise<Reports>;
  /** The last result, without a check. */
  last(): Reports;
  /**
   * The required dependencies that no check has reached since the start. One that goes down later is not among them: it is down for every
   * replica, and removing all of them from the Service would also end what they serve without it.
   */
  neverReached(): readonly DependencyName[];
}

export function createHealth(dependencies: Dependencies, metrics: Metrics): Health {
  const { database, cache, replica } = dependencies;
  const all = [['database', database], ['cache', cache], ...(replica === undefined ? [] : [['replica', replica] as const])] as const;
  const states: Record<DependencyName, DependencyState> = { database: 'unknown', cache: 'unknown', replica: 'unknown' };
  const reached = new Set<DependencyName>();
  let running: Promise<void> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  async function checkOne([name, { check }]: (typeof all)[number]): Promise<void> {
    const up = await withDeadline(timeoutMs, noAnswer, () => check()).then(
      () => true,
      () => false,
    );
    states[name] = up ? 'up' : 'down';
    if (up) reached.add(name);
    metrics.set('dependencyUp', { dependency: name }, up ? 1 : 0);
  }
  const report = (name: DependencyName, { kind, required }: Dependency): DependencyReport => ({ kind, required, state: states[name] });
  const last = () => ({
    database: report('database', database),
    cache: report('cache', cache),
    ...(replica === undefined ? {} : { replica: report('replica', replica) }),
  });
  return {
    last,
    neverReached: () => all.flatMap(([name, { required }]) => (required && !reached.has(name) ? [name] : [])),
    async check() {
      if (performance.now() - checkedAt >= resultTtlMs) {
        running ??= Promise.all(all.map(checkOne)).then(() => {
          running = undefined;
          checkedAt = performance.now();
        });
        await running;
      }
      return last();
    },
  };
}
