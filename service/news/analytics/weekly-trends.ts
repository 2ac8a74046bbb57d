import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { isPublishedIn, matchesFilters } from '../filter-conditions.ts';
import { periodBefore, periodOf, toDays } from '../filters.ts';
import { toFigure } from './change.ts';
import { countArticles, groups } from './counts.ts';
import type { WeeklyTrends, WeeklyTrendsQuery } from './schema.ts';

/** Fewer articles are no trend. */
const minArticles = 5;
/** How many times as many articles as expected are a rise. */
const minFactor = 1.5;
const maxRises = 20;

interface Rise {
  readonly name: string;
  readonly current: number;
  readonly previous: number;
}

/**
 * Names with more articles than expected: as many as in the week before, if all articles had changed alike. The strongest rise first:
 * the difference in standard deviations, if articles were independent (Poisson).
 * @param counted rows with `name`, `current` and `previous`
 * @param growth all articles of the week per article of the week before
 */
async function risesOf(db: Kysely<Tables>, counted: RawBuilder<unknown>, growth: number) {
  const { rows } = await sql<Rise>`
    select name, current, previous from (select counted.*, previous * ${growth}::double precision as expected from ${counted} counted) counted
    where current >= ${minArticles} and current > previous and current >= expected * ${minFactor}::double precision
    order by (current - expected) / sqrt(expected + 1) desc, name limit ${maxRises}`.execute(db);
  return rows.map(({ name, current, previous }) => ({ name, current, previous, change: toFigure(current, previous).change }));
}

/** Topics and keywords that rise. */
export async function readWeeklyTrends(db: Kysely<Tables>, filters: WeeklyTrendsQuery): Promise<WeeklyTrends> {
  const period = periodOf(filters, { defaultDays: 7 });
  const before = periodBefore(period);
  const [current] = await countArticles(db, { filters, period, by: [] });
  const [previous] = await countArticles(db, { filters, period: before, by: [] });
  const [now, then] = [current?.articles ?? 0, previous?.articles ?? 0];
  const topics = sql`(
    select name, sum(current)::integer as current, sum(previous)::integer as previous
    from (select topic as name, articles as current, 0 as previous from ${groups({ filters, period, by: ['topic'] })} cells
      union all select topic, 0, articles from ${groups({ filters, period: before, by: ['topic'] })} cells) cells group by name)`;
  const keywords = sql`(
    select name, count(*) filter (where published_at >= ${period.from})::integer as current,
      count(*) filter (where published_at < ${period.from})::integer as previous
    from news_articles cross join lateral (select distinct unnest(keywords) as name) names
    where ${isPublishedIn({ from: before.from, to: period.to })} and ${matchesFilters(filters)} group by name)`;
  const days = toDays(before);
  return {
    ...toDays(period),
    previous_from: days.from,
    previous_to: days.to,
    articles: toFigure(now, then === 0 ? null : then),
    topics: then === 0 ? [] : await risesOf(db, topics, now / then),
    keywords: then === 0 ? [] : await risesOf(db, keywords, now / then),
  };
}
