import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../../client/client.ts';
import { testDatabase as db } from '../../testing/database.ts';
import { insertArticle, insertSource } from '../../testing/news.ts';
import { startService, type TestService } from '../../testing/service.ts';
import { deleteExpiredArticles } from './retention.ts';

let service: TestService;
const client = () => createClient({ baseUrl: service.url, credential: 'reader-key' });
const week = { from: '2026-11-16', to: '2026-11-22' } as const;
const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 10, day, hour));

let [first, second] = ['', ''];
const add = (day: number, rest: object = {}) =>
  insertArticle(db, { source_id: first, published_at: at(day), found_at: at(day, 14), ...rest });

beforeAll(async () => {
  service = await startService();
  [first, second] = [await insertSource(db, { name: 'First' }), await insertSource(db, { name: 'Second' })];
});
beforeEach(async () => {
  await db.deleteFrom('news_articles').execute();
  await service.dependencies.analytics.invalidate();
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

describe('The dashboard', () => {
  test('compares a week with the week before', async () => {
    for (const day of [16, 17, 22]) await add(day, { language: 'es', country: 'MX', sentiment: 'positive', sentiment_score: 0.5 });
    await add(20, { source_id: second, language: 'en', sentiment: null, sentiment_score: null });
    for (const day of [9, 15]) await add(day, { language: 'es', country: 'ES', sentiment: 'negative', sentiment_score: -1 });
    const dashboard = await client().call('newsDashboard', { query: week });
    expect(dashboard).toEqual({
      from: '2026-11-16',
      to: '2026-11-22',
      previous_from: '2026-11-09',
      previous_to: '2026-11-15',
      articles: { current: 4, previous: 2, change: 1 },
      sources: { current: 2, previous: 1, change: 1 },
      languages: { current: 2, previous: 1, change: 1 },
      countries: { current: 1, previous: 1, change: 0 },
      score: 0.5,
      previous_score: -1,
      by_sentiment: [
        { name: 'positive', current: 3, previous: 0, change: null },
        { name: 'negative', current: 0, previous: 2, change: -1 },
      ],
      by_language: [
        { name: 'es', current: 3, previous: 2, change: 0.5 },
        { name: 'en', current: 1, previous: 0, change: null },
      ],
      by_country: [
        { name: 'MX', current: 3, previous: 0, change: null },
        { name: 'ES', current: 0, previous: 2, change: -1 },
      ],
      by_source: [
        { source: { id: first, name: 'First' }, current: 3, previous: 2, change: 0.5 },
        { source: { id: second, name: 'Second' }, current: 1, previous: 0, change: null },
      ],
    });
  });

  test('has no change without articles in the week before', async () => {
    await add(16);
    const { articles, by_language } = await client().call('newsDashboard', { query: week });
    expect(articles).toEqual({ current: 1, previous: null, change: null });
    expect(by_language).toEqual([{ name: 'en', current: 1, previous: null, change: null }]);
  });

  test('is empty without articles', async () => {
    expect(await client().call('newsDashboard', {})).toMatchObject({
      articles: { current: 0, previous: null, change: null },
      score: null,
      by_sentiment: [],
      by_source: [],
    });
  });
});

describe('Distributions', () => {
  test('leave days without articles out of the tone over time', async () => {
    await add(16, { sentiment: 'positive', sentiment_score: 0.5 });
    await add(16, { sentiment: 'negative', sentiment_score: -1 });
    await add(18, { sentiment: null, sentiment_score: null });
    const { items } = await client().call('sentimentTrends', { query: week });
    expect(items).toEqual([
      { from: '2026-11-16', to: '2026-11-16', articles: 2, positive: 1, neutral: 0, negative: 1, score: -0.25 },
      { from: '2026-11-18', to: '2026-11-18', articles: 1, positive: 0, neutral: 0, negative: 0, score: null },
    ]);
  });

  test('cut the weeks at the ends of the period', async () => {
    for (const day of [10, 17, 24]) await add(day);
    const { items } = await client().call('sentimentTrends', { query: { from: '2026-11-10', to: '2026-11-25', interval: 'week' } });
    expect(items.map(({ from, to, articles }) => [from, to, articles])).toEqual([
      ['2026-11-10', '2026-11-15', 1],
      ['2026-11-16', '2026-11-22', 1],
      ['2026-11-23', '2026-11-25', 1],
    ]);
  });

  test('reject more than 400 days of tone', async () => {
    await expect(client().call('sentimentTrends', { query: { from: '2020-01-01' } })).rejects.toMatchObject({ status: 422 });
  });

  test('count an article for each of its topics, and its share of all articles', async () => {
    await add(16, { topics: ['screening', 'policy'], sentiment: 'positive', sentiment_score: 1 });
    await add(16, { topics: ['screening'] });
    await add(17);
    await add(2, { topics: ['genetics'] });
    expect(await client().call('topicDistribution', { query: week })).toMatchObject({
      articles: 3,
      items: [
        { topic: 'screening', articles: 2, share: 2 / 3, positive: 1, neutral: 1, score: 0.5 },
        { topic: 'policy', articles: 1, share: 1 / 3, positive: 1, neutral: 0, score: 1 },
      ],
    });
  });

  test('count articles without a country apart', async () => {
    await add(16, { country: 'ES' });
    await add(17);
    expect(await client().call('geographicDistribution', { query: week })).toMatchObject({
      articles: 2,
      unknown: 1,
      items: [{ country: 'ES', articles: 1, share: 0.5 }],
    });
  });

  test('are empty without articles', async () => {
    expect(await client().call('topicDistribution', {})).toMatchObject({ articles: 0, items: [] });
    expect(await client().call('geographicDistribution', {})).toMatchObject({ articles: 0, unknown: 0, items: [] });
    expect(await client().call('sentimentTrends', {})).toMatchObject({ items: [] });
  });
});

describe('The performance of sources', () => {
  test('counts articles and fetches of the period, and the median delay of dated articles', async () => {
    await add(16);
    await add(17, { found_at: at(17, 18) });
    await add(18, { is_date_known: false, found_at: at(20) });
    const fetched = (day: number, outcome: 'succeeded' | 'failed' | 'rejected') => ({
      source_id: first,
      cause: 'schedule' as const,
      queued_at: at(day),
      finished_at: at(day),
      outcome,
    });
    await db
      .insertInto('news_fetches')
      .values([fetched(12, 'succeeded'), fetched(16, 'failed'), fetched(17, 'rejected')])
      .execute();
    const { items } = await client().call('sourcePerformance', { query: week });
    const nothing = { articles: 0, share: 0, fetches: 0, failures: 0, last_success_at: null, median_delay_minutes: null };
    expect(items).toEqual([
      {
        source: { id: first, name: 'First' },
        is_active: true,
        articles: 3,
        share: 1,
        fetches: 2,
        failures: 2,
        last_success_at: at(12).toISOString(),
        median_delay_minutes: 240,
      },
      { source: { id: second, name: 'Second' }, is_active: true, ...nothing },
    ]);
    expect((await client().call('sourcePerformance', { query: { ...week, source: second } })).items).toHaveLength(1);
  });
});

describe('Weekly trends', () => {
  test('name topics and keywords that rise, and not those that are rare or grow with all articles', async () => {
    const many = async (count: number, day: number, topics: string[], keywords: string[] = []) => {
      for (let index = 0; index < count; index += 1) await add(day, { topics, keywords });
    };
    await many(2, 10, ['screening'], ['mammogram']);
    await many(8, 11, ['policy']);
    await many(1, 12, ['genetics']);
    await many(8, 16, ['screening'], ['mammogram', 'mammogram']);
    await many(9, 17, ['policy']);
    await many(2, 18, ['genetics']);
    const trends = await client().call('weeklyTrends', { query: { to: week.to } });
    expect(trends).toMatchObject({ from: week.from, previous_to: '2026-11-15', articles: { current: 19, previous: 11 } });
    expect(trends.topics).toEqual([{ name: 'screening', current: 8, previous: 2, change: 3 }]);
    expect(trends.keywords).toEqual([{ name: 'mammogram', current: 8, previous: 2, change: 3 }]);
  });

  test('are empty without articles in the week before', async () => {
    for (const day of [16, 17, 18, 19, 20, 21]) await add(day, { topics: ['screening'] });
    expect(await client().call('weeklyTrends', { query: { to: week.to } })).toMatchObject({
      articles: { current: 6, previous: null },
      topics: [],
      keywords: [],
    });
  });
});

describe('Results', () => {
  test('are cached until the weekly counts notice a change', async () => {
    const count = async () => (await client().call('newsDashboard', { query: week })).articles.current;
    await add(16);
    expect(await count()).toBe(1);
    await add(17);
    expect(await count()).toBe(1);
    for (const { run } of service.dependencies.analytics.tasks) await run();
    expect(await count()).toBe(2);
  });

  test('follow the retention: an old article counts as long as it is stored', async () => {
    const old = new Date(Date.now() - 100 * 86_400_000);
    await add(16, { published_at: old, found_at: old });
    await add(16, { published_at: old });
    expect(await deleteExpiredArticles(db, 99)).toBe(1);
    expect(await deleteExpiredArticles(db, 99)).toBe(0);
    expect((await client().call('topicDistribution', { query: { from: '2026-01-01' } })).articles).toBe(1);
  });
});
