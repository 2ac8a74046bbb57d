import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Caches } from '../../cache/cache.ts';
import type { Reads } from '../../database/reads.ts';
import type { Tables } from '../../database/tables.ts';
import type { PeriodicTask } from '../../runtime/periodic-tasks.ts';
import { type ArticleFilters, periodOf, toDays } from '../filters.ts';
import { readDashboard } from './dashboard.ts';
import { readCountries, readSentiment, readTopics } from './distributions.ts';
import { deleteExpiredArticles } from './retention.ts';
import { newsAnalyticsShapes as shapes } from './schema.ts';
import { readSourcePerformance } from './source-performance.ts';
import { refreshWeeklyCounts } from './weekly-counts.ts';
import { readWeeklyTrends } from './weekly-trends.ts';

const [secondMs, minuteMs, hourMs] = [1000, 60_000, 3_600_000];
/** Results that a missed invalidation, or a replica that is some seconds behind, leaves outdated for so many seconds. */
const ttlSeconds = 60;

interface AnalyticsOptions {
  readonly db: Kysely<Tables>;
  readonly reads: Reads;
  readonly caches: Caches;
  readonly retentionDays: number;
}

/** What articles are about, their tone and where they come from. */
export function createAnalytics({ db, reads, caches, retentionDays }: AnalyticsOptions) {
  const cache = caches.create({
    name: 'analytics',
    version: 1,
    schema: z.object({ result: z.unknown() }),
    crossProcessLock: true,
    ttlSeconds,
    maxEntries: 1000,
  });
  /** An analysis that is computed once for the same filters and days until articles change. */
  const cached =
    <Q extends Omit<ArticleFilters, 'from'>, R>(
      name: string,
      { schema }: { readonly schema: z.ZodType<R> },
      read: (db: Kysely<Tables>, query: Q) => Promise<R>,
    ) =>
    async (query: Q): Promise<R> => {
      const key = hash('sha256', JSON.stringify([name, toDays(periodOf(query)), query]));
      const { value } = await cache.get(key, async () => ({ result: await reads.read((on) => read(on, query)) }));
      return schema.parse(value.result);
    };
  const refresh: PeriodicTask = {
    name: 'refresh weekly counts',
    intervalMs: 10 * secondMs,
    retryMs: minuteMs,
    runImmediately: true,
    async run() {
      // After a long analysis or a deletion, which do not drop cached results themselves.
      if ((await refreshWeeklyCounts(db)) > 0) await cache.clear();
    },
  };
  const deleteExpired: PeriodicTask = {
    name: 'delete expired articles',
    intervalMs: hourMs,
    retryMs: minuteMs,
    runImmediately: true,
    async run() {
      while ((await deleteExpiredArticles(db, retentionDays)) > 0);
    },
  };
  return {
    dashboard: cached('dashboard', shapes.newsDashboard.answer, readDashboard),
    sentiment: cached('sentiment', shapes.sentimentTrends.answer, readSentiment),
    topics: cached('topics', shapes.topicDistribution.answer, readTopics),
    countries: cached('countries', shapes.geographicDistribution.answer, readCountries),
    sources: cached('sources', shapes.sourcePerformance.answer, readSourcePerformance),
    trends: cached('trends', shapes.weeklyTrends.answer, readWeeklyTrends),
    /** Drops cached results in every process. */
    invalidate: () => cache.clear(),
    /** Tasks of a process that analyses articles. */
    tasks: [refresh, deleteExpired],
  };
}
export type Analytics = ReturnType<typeof createAnalytics>;
