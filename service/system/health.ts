import { withDeadline } from '../runtime/deadline.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export type DependencyName = 'database' | 'cache';
export type DependencyState = 'up' | 'down' | 'unknown';
export interface Dependency {
  /** The process is not ready before it was reached once. */
  readonly required: boolean;
  /** Where the dependency is: outside, or embedded in this process. */
  readonly kind: string;
  /** Throws when it is away or not fit for use. */
  readonly check: () => Promise<void>;
}
export interface DependencyReport {
  readonly kind: string;
  readonly required: boolean;
  readonly state: DependencyState;
}

export type Dependencies = Readonly<Record<DependencyName, Dependency>>;

const names = ['database', 'cache'] as const satisfies readonly DependencyName[];

/** A check asked for more often than this, in milliseconds, gets the last result: /ready is public. */
const freshFor = 1000;
/** Longest that one check may take, in milliseconds; below the readiness probe's own timeout. */
const patience = 1500;
const noAnswer = () => new Error('no answer in time');

export interface Health {
  /** Checks every dependency, or repeats a check that is fresh. */
  check(): Promise<Readonly<Record<DependencyName, DependencyReport>>>;
  /** As last seen, without asking. */
  last(): Readonly<Record<DependencyName, DependencyReport>>;
  /**
   * The required dependencies that no check has reached since the start. One that went away later is not among them: a store is
   * away for every replica alike, and taking all of them out of the Service would end also what they answer without it.
   */
  neverReached(): readonly DependencyName[];
}

export function createHealth(dependencies: Dependencies, metrics: Metrics): Health {
  const states: Record<DependencyName, DependencyState> = { database: 'unknown', cache: 'unknown' };
  const reached = new Set<DependencyName>();
  let running: Promise<void> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  async function checkOne(name: DependencyName): Promise<void> {
    const up = await withDeadline(patience, noAnswer, () => dependencies[name].check()).then(
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
      if (performance.now() - checkedAt >= freshFor) {
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
