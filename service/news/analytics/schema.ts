import * as z from 'zod';
import { json, noInput } from '../../http/shape.ts';
import { articleFilters } from '../filters.ts';

const date = z.iso.date();
const count = z.int().min(0);
const articles = count.describe('Number of articles');
const period = { from: date.describe('First day'), to: date.describe('Last day') };
const previousPeriod = {
  previous_from: date.describe('First day of the period before'),
  previous_to: date.describe('Last day of the period before'),
};
const share = z.number().min(0).max(1).describe('Share of all articles');
const score = z.number().min(-1).max(1).nullable().describe('Mean tone from -1 to 1; null: no article has one');
const tones = {
  positive: count.describe('Articles with a positive tone'),
  neutral: count.describe('Articles with a neutral tone'),
  negative: count.describe('Articles with a negative tone'),
  score,
};
const previous = count.nullable().describe('The number of the period before; null: it has no articles');
const change = z.number().nullable().describe('Relative change: 0.25 is a quarter more; null: there is nothing to compare with');

const exampleSource = { id: 'b5879bf8-09d1-4427-99b7-354732337a8f', name: 'Salud Hoy' };
const exampleWeek = { from: '2026-11-16', to: '2026-11-22' };
const exampleBefore = { previous_from: '2026-11-09', previous_to: '2026-11-15' };
const exampleTones = { articles: 100, positive: 40, neutral: 35, negative: 25, score: 0.12 };
const exampleFigure = { current: 125, previous: 100, change: 0.25 };

export const figure = z
  .object({ current: count.describe('The number of the period'), previous, change })
  .meta({ id: 'NewsFigure', examples: [exampleFigure] });
export type Figure = z.output<typeof figure>;

const groupOf = <S extends z.ZodType>(name: S) => figure.extend({ name });
const sourceOf = z.object({ id: z.uuid().describe('The id of the source'), name: z.string().describe('The name of the source') });

const dashboard = z
  .object({
    ...period,
    ...previousPeriod,
    articles: figure.describe('Articles'),
    sources: figure.describe('Sources with articles'),
    languages: figure.describe('Languages of articles'),
    countries: figure.describe('Countries of articles'),
    score: score.describe('Mean tone of the period from -1 to 1; null: no article has one'),
    previous_score: score.describe('Mean tone of the period before; null: no article has one'),
    by_sentiment: z.array(groupOf(z.string().describe('The tone'))).describe('Articles by tone, the most frequent first'),
    by_language: z.array(groupOf(z.string().describe('ISO 639'))).describe('Articles by language, the most frequent first'),
    by_country: z.array(groupOf(z.string().describe('ISO 3166-1 alpha-2'))).describe('Articles by country, the most frequent first'),
    by_source: z.array(figure.extend({ source: sourceOf.describe('The source') })).describe('Articles by source, the most frequent first'),
  })
  .meta({
    id: 'NewsDashboard',
    examples: [
      {
        ...exampleWeek,
        ...exampleBefore,
        articles: exampleFigure,
        sources: { current: 30, previous: 30, change: 0 },
        languages: { current: 2, previous: 2, change: 0 },
        countries: { current: 12, previous: 10, change: 0.2 },
        score: 0.12,
        previous_score: 0.1,
        by_sentiment: [{ name: 'positive', ...exampleFigure }],
        by_language: [{ name: 'es', ...exampleFigure }],
        by_country: [{ name: 'MX', ...exampleFigure }],
        by_source: [{ source: exampleSource, ...exampleFigure }],
      },
    ],
  });
export type Dashboard = z.output<typeof dashboard>;

export const intervals = ['day', 'week'] as const;
export const sentimentTrend = z.object({ ...period, articles, ...tones }).meta({ id: 'SentimentTrend' });
const sentimentTrends = z
  .object({
    ...period,
    interval: z.enum(intervals).describe('Length of an item'),
    items: z
      .array(z.object({ ...period, articles, ...tones }).meta({ id: 'SentimentTrend' }))
      .describe('Days or weeks with articles, the oldest first'),
  })
  .meta({ id: 'SentimentTrends', examples: [{ ...exampleWeek, interval: 'week' as const, items: [{ ...exampleWeek, ...exampleTones }] }] });
export type SentimentTrends = z.output<typeof sentimentTrends>;

const topicDistribution = z
  .object({
    ...period,
    articles: articles.describe('All articles, with and without topics'),
    items: z
      .array(z.object({ topic: z.string().describe('The name of the topic'), articles, share, ...tones }).meta({ id: 'TopicShare' }))
      .describe('Topics with articles, the most frequent first'),
  })
  .meta({
    id: 'TopicDistribution',
    examples: [{ ...exampleWeek, articles: 125, items: [{ topic: 'screening', share: 0.8, ...exampleTones }] }],
  });
export type TopicDistribution = z.output<typeof topicDistribution>;

const geographicDistribution = z
  .object({
    ...period,
    articles: articles.describe('All articles'),
    unknown: count.describe('Articles whose country is unknown'),
    items: z
      .array(z.object({ country: z.string().describe('ISO 3166-1 alpha-2'), articles, share, ...tones }).meta({ id: 'CountryShare' }))
      .describe('Countries with articles, the most frequent first'),
  })
  .meta({
    id: 'GeographicDistribution',
    examples: [{ ...exampleWeek, articles: 125, unknown: 25, items: [{ country: 'MX', share: 0.8, ...exampleTones }] }],
  });
export type GeographicDistribution = z.output<typeof geographicDistribution>;

const sourcePerformance = z
  .object({
    ...period,
    items: z
      .array(
        z
          .object({
            source: sourceOf.describe('The source'),
            is_active: z.boolean().describe('Whether it is fetched'),
            articles: articles.describe('Articles that match the filters'),
            share: share.nullable().describe('Share of all articles; null: there are none'),
            fetches: count.describe('Completed fetches in the period'),
            failures: count.describe('Fetches in the period that failed or were rejected'),
            last_success_at: z.iso.datetime().nullable().describe('When a fetch last succeeded, in the period or not; null: none has'),
            median_delay_minutes: z
              .number()
              .min(0)
              .nullable()
              .describe('Median time from publication to discovery, in the last 30 days of the period; null: no article has a known date'),
          })
          .meta({ id: 'SourcePerformance' }),
      )
      .describe('Sources, the one with the most articles first'),
  })
  .meta({
    id: 'SourcePerformances',
    examples: [
      {
        ...exampleWeek,
        items: [
          {
            source: exampleSource,
            is_active: true,
            articles: 100,
            share: 0.8,
            fetches: 168,
            failures: 2,
            last_success_at: '2026-11-22T23:10:00.000Z',
            median_delay_minutes: 31.5,
          },
        ],
      },
    ],
  });
export type SourcePerformances = z.output<typeof sourcePerformance>;

const rise = z
  .object({
    name: z.string().describe('The topic or keyword'),
    current: count.describe('Articles of the week'),
    previous: count.describe('Articles of the week before'),
    change,
  })
  .meta({ id: 'NewsRise', examples: [{ name: 'screening', current: 30, previous: 12, change: 1.5 }] });
const weeklyTrends = z
  .object({
    ...period,
    ...previousPeriod,
    articles: figure.describe('Articles of the week'),
    topics: z.array(rise).describe('Topics that rise, the strongest rise first; empty without articles in the week before'),
    keywords: z.array(rise).describe('Keywords that rise, the strongest rise first; empty without articles in the week before'),
  })
  .meta({
    id: 'WeeklyTrends',
    examples: [
      {
        ...exampleWeek,
        ...exampleBefore,
        articles: exampleFigure,
        topics: [{ name: 'screening', current: 30, previous: 12, change: 1.5 }],
        keywords: [],
      },
    ],
  });
export type WeeklyTrends = z.output<typeof weeklyTrends>;

const intervalFilters = articleFilters
  .extend({ interval: z.enum(intervals).default('day').describe('Length of an item; `day`: at most 400 days') })
  .meta({ id: 'SentimentTrendsQuery', examples: [{ interval: 'week', from: '2026-01-01' }] });
export type SentimentTrendsQuery = z.output<typeof intervalFilters>;
const weekFilters = articleFilters.omit({ from: true }).meta({ id: 'WeeklyTrendsQuery', examples: [{ language: 'es' }] });
export type WeeklyTrendsQuery = z.output<typeof weekFilters>;
const filters = articleFilters.meta({ id: 'ArticleFilters', examples: [{ from: '2026-11-01', to: '2026-11-30', language: 'es' }] });

export const newsAnalyticsShapes = {
  newsDashboard: { ...noInput, query: filters, answer: json(dashboard) },
  sentimentTrends: { ...noInput, query: intervalFilters, answer: json(sentimentTrends) },
  topicDistribution: { ...noInput, query: filters, answer: json(topicDistribution) },
  geographicDistribution: { ...noInput, query: filters, answer: json(geographicDistribution) },
  sourcePerformance: { ...noInput, query: filters, answer: json(sourcePerformance) },
  weeklyTrends: { ...noInput, query: weekFilters, answer: json(weeklyTrends) },
};
