import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Metrics } from '../telemetry/metrics.ts';

interface Waiting {
  readonly articles: number;
  /** Id of the oldest one. */
  readonly oldest: string | null;
}

async function countWaiting(db: Kysely<Tables>): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select count(*)::integer as articles, min(id)::text as oldest from news_articles where analysis_version is null`.execute(db);
  return rows[0] ?? { articles: 0, oldest: null };
}

/**
 * Measures the queue of the analysis. Its age is the time for which one article has been the oldest: another subject puts all articles into
 * the queue, so that the age of an article says nothing about the analysis.
 * @param seconds a clock
 */
export function measureAnalysisQueue(
  db: Kysely<Tables>,
  metrics: Metrics,
  seconds: () => number = () => performance.now() / 1000,
): PeriodicTask {
  let head: { readonly oldest: string | null; readonly since: number } = { oldest: null, since: 0 };
  return {
    name: 'measure the queue of the analysis',
    intervalMs: 15_000,
    retryMs: 30_000,
    runImmediately: true,
    async run() {
      const { articles, oldest } = await countWaiting(db);
      if (oldest !== head.oldest) head = { oldest, since: seconds() };
      metrics.set('newsAnalysisQueue', {}, articles);
      metrics.set('newsAnalysisQueueAge', {}, oldest === null ? 0 : seconds() - head.since);
    },
  };
}
