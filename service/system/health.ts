import { withDeadline } from '../runtime/deadline.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export type DependencyName = 'database' | 'cache';
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

export type Dependencies = Readonly<Record<DependencyName, Dependency>>;

const names = ['database', 'cache'] as const satisfies readonly DependencyName[];

/** Results are reused for so many milliseconds, because /ready is public. */
const resultTtlMs = 1000;
/** Timeout of a check, in milliseconds; shorter than that of the readiness probe. */
const timeoutMs = 1500;
const noAnswer = () => new Error('no answer in time');

export interface Health {
  /** Checks every dependency, or returns a recent result. */
  check(): Promise<Readonly<Record<DependencyName, DependencyReport>>>;
  /** The last result, without a check. */
  last(): Readonly<Record<DependencyName, DependencyReport>>;
  /**
   * The required dependencies that no check has reached since the start. One that goes down later is not among them: it is down for every
   * replica, and removing all of them from the Service would also end what they serve without it.
   */
  neverReached(): readonly DependencyName[];
}

export function createHealth(dependencies: Dependencies, metrics: Metrics): Health {
  const states: Record<DependencyName, DependencyState> = { database: 'unknown', cache: 'unknown' };
  const reached = new Set<DependencyName>();
  let running: Promise<void> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  async function checkOne(name: DependencyName): Promise<void> {
    const up = await withDeadline(timeoutMs, noAnswer, () => dependencies[name].check()).then(
      () => true,
      () => false,
    );
    states[name] = up ? 'up' : 'down';
    if (up) reached.add(name);
    metrics.set('dependencyUp', { dependency: name }, up ? 1 : 0);
  }
  const report = (name: DependencyName): DependencyReport => {
    const { kind, required } = dependencies[name];
    return { kind, required, state: states[name] };
  };
  const last = () => ({ database: report('database'), cache: report('cache') });
  return {
    last,
    neverReached: () => names.filter((name) => dependencies[name].required && !reached.has(name)),
    async check() {
      if (performance.now() - checkedAt >= resultTtlMs) {
        running ??= Promise.all(names.map(checkOne)).then(() => {
          running = undefined;
          checkedAt = performance.now();
        });
        await running;
      }
      return last();
    },
  };
}
