import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { maintainUsage } from './maintenance.ts';
import { createMetering } from './metering.ts';
import { queryUsage, type UsageRequest } from './query-usage.ts';
import { createUsageStore, type UsageStore } from './store.ts';

const [minuteMs, dayMs] = [60_000, 86_400_000];

interface UsageOptions {
  readonly db: Kysely<Tables>;
  /** Default: the database. */
  readonly store?: UsageStore | undefined;
  /** Full months that usage is stored, in addition to the current one. */
  readonly retentionMonths: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Records what model calls cost, enforces budgets, and reports usage. */
export function createUsage({ db, store = createUsageStore(db), retentionMonths, log, metrics }: UsageOptions) {
  const maintenance: PeriodicTask = {
    name: 'maintain partitions',
    intervalMs: dayMs,
    retryMs: minuteMs,
    runImmediately: true,
    async run() {
      const { made, dropped } = await maintainUsage(db, new Date(), retentionMonths);
      if (made.length + dropped.length > 0) log.info({ made, dropped }, 'Partitions maintained');
    },
  };
  return {
    metering: createMetering({ store, log, metrics }),
    budgets: store.budgets,
    query: (caller: Caller, request: UsageRequest) => queryUsage(store.read, caller, request),
    tasks: [maintenance],
  };
}
export type UsageService = ReturnType<typeof createUsage>;
