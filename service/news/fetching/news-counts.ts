import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';

export interface NewsCounts {
  /** Active sources by state; the states are those of the metric. */
  readonly healthy: number;
  readonly failing: number;
  readonly stale: number;
  /** Since the newest article was found; null without an active source or an article. */
  readonly newestSeconds: number | null;
}

/** What the metrics of news show. */
export async function countNews(db: Kysely<Tables>): Promise<NewsCounts> {
  const { rows } = await sql<NewsCounts>`
    with sources as (
      select failures = 0 as is_healthy,
        coalesce(
          (select max(finished_at) from news_fetches where source_id = source.id and outcome in ('succeeded', 'not_modified')), created_at
        ) < now() - greatest(interval '1 day', make_interval(mins => 3 * interval_minutes)) as is_old
      from news_sources source where is_active)
    select count(*) filter (where is_healthy)::integer as healthy,
      count(*) filter (where not is_healthy and not is_old)::integer as failing,
      count(*) filter (where not is_healthy and is_old)::integer as stale,
      case when count(*) > 0 then
        (select extract(epoch from now() - found_at)::float8 from news_articles order by id desc limit 1) end as "newestSeconds"
    from sources`.execute(db);
  return rows[0] ?? { healthy: 0, failing: 0, stale: 0, newestSeconds: null };
}
