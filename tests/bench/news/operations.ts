import type { Kysely } from 'kysely';
import type { Tables } from '../../../service/database/tables.ts';
import { readDashboard } from '../../../service/news/analytics/dashboard.ts';
import { readCountries, readSentiment, readTopics } from '../../../service/news/analytics/distributions.ts';
import { readSourcePerformance } from '../../../service/news/analytics/source-performance.ts';
import { readWeeklyTrends } from '../../../service/news/analytics/weekly-trends.ts';
import { articlesQuery } from '../../../service/news/articles/schema.ts';
import { listArticles } from '../../../service/news/articles/store.ts';
import { articleBatches } from '../../../service/news/exports/content/article-rows.ts';
import { articleFilters, periodOf } from '../../../service/news/filters.ts';
import { madeDays, rareWord } from './made-articles.ts';

type Operation = (db: Kysely<Tables>) => Promise<unknown>;

const allTime = { from: new Date(Date.now() - madeDays * 86_400_000).toISOString().slice(0, 10) };
const list =
  (query: object): Operation =>
  (db) =>
    listArticles(db, { ...articlesQuery.parse(query), limit: 51 });
const filters = (query: object) => articleFilters.parse(query);
const [absent, frequent] = ['zzyzx', 'cancer'];
/** In neither few nor most articles. */
const occasional = 'we1f5d2';
const [rareCountry, absentCountry] = ['PE', 'AQ'];

/** The queries of lists and analytics, without their cache. */
export const operations: Readonly<Record<string, Operation>> = {
  'newest articles': list({}),
  'newest, rare country': list({ country: rareCountry, ...allTime }),
  'newest, absent country': list({ country: absentCountry, ...allTime }),
  'newest, topic and country': list({ topic: 'screening', country: rareCountry }),
  'frequent word': list({ q: frequent }),
  'frequent word, all time': list({ q: frequent, ...allTime }),
  'frequent word, oldest': list({ q: frequent, sort: 'oldest', ...allTime }),
  'frequent word, rare country': list({ q: frequent, country: rareCountry, ...allTime }),
  'frequent word, absent country': list({ q: frequent, country: absentCountry, ...allTime }),
  'occasional word, all time': list({ q: occasional, ...allTime }),
  'occasional word, rare country': list({ q: occasional, country: rareCountry, ...allTime }),
  'rare word': list({ q: rareWord }),
  'rare word, all time': list({ q: rareWord, ...allTime }),
  'rare word, rare country': list({ q: rareWord, country: rareCountry, ...allTime }),
  'rare word, any relevance': list({ q: rareWord, relevant: 'any', duplicates: 'include', ...allTime }),
  'absent word, all time': list({ q: absent, ...allTime }),
  'frequent and absent word': list({ q: `${frequent} ${absent}`, ...allTime }),
  'frequent or absent word': list({ q: `${frequent} or ${absent}`, ...allTime }),
  'rare or absent word': list({ q: `${rareWord} or ${absent}`, ...allTime }),
  'word with and without itself': list({ q: `${frequent} -${frequent}`, ...allTime }),
  'phrase of frequent words': list({ q: '"mama cancer"', ...allTime }),
  'ranked, frequent word': list({ q: frequent, sort: 'rank', ...allTime }),
  'ranked, occasional word': list({ q: occasional, sort: 'rank', ...allTime }),
  'ranked, rare word': list({ q: rareWord, sort: 'rank', ...allTime }),
  'ranked, absent word': list({ q: absent, sort: 'rank', ...allTime }),
  'first 2,000 rows of an export': async (db) => {
    const query = filters({ q: occasional, ...allTime });
    let rows = 0;
    for await (const batch of articleBatches((work) => work(db), { filters: query, period: periodOf(query) })) {
      rows += batch.length;
      if (rows >= 2000) return;
    }
  },
  dashboard: (db) => readDashboard(db, filters({})),
  'dashboard of a language': (db) => readDashboard(db, filters({ language: 'es' })),
  'tone by day': (db) => readSentiment(db, { ...filters({}), interval: 'day' }),
  'tone by week, all time': (db) => readSentiment(db, { ...filters(allTime), interval: 'week' }),
  topics: (db) => readTopics(db, filters({})),
  'topics, all time': (db) => readTopics(db, filters(allTime)),
  countries: (db) => readCountries(db, filters({})),
  'countries, all time': (db) => readCountries(db, filters(allTime)),
  'countries, rare word, all time': (db) => readCountries(db, filters({ q: rareWord, ...allTime })),
  sources: (db) => readSourcePerformance(db, filters({})),
  'sources, all time': (db) => readSourcePerformance(db, filters(allTime)),
  'weekly trends': (db) => readWeeklyTrends(db, filters({})),
};
