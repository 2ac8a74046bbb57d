import { builder, type QueryFields } from '../../graphql/builder/builder.ts';
import { parseInput } from '../../graphql/builder/input.ts';
import { articleFilters } from '../filters.ts';
import { filtersInput, sourceNameType } from '../graphql-filters.ts';
import type { Analytics } from './analytics.ts';
import {
  type Dashboard,
  type Figure,
  type GeographicDistribution,
  intervals,
  type SentimentTrends,
  type SourcePerformances,
  newsAnalyticsShapes as shapes,
  type TopicDistribution,
  type WeeklyTrends,
} from './schema.ts';

declare module '../../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly analytics: Analytics;
  }
}

const figureFields = builder.interfaceRef<Figure>('NewsFigureFields').implement({
  description: 'A number of a period and its change.',
  fields: (t) => ({
    current: t.exposeInt('current'),
    previous: t.exposeInt('previous', { nullable: true }),
    change: t.exposeFloat('change', { nullable: true }),
  }),
});
const figureType = builder
  .objectRef<Figure>('NewsFigure')
  .implement({ description: 'A number of a period and its change.', interfaces: [figureFields] });
const namedType = builder.objectRef<Figure & { readonly name: string }>('NewsGroup').implement({
  description: 'The articles of a group, with the change of their number.',
  interfaces: [figureFields],
  fields: (t) => ({ name: t.exposeString('name', { description: 'A tone, language, country, topic or keyword.' }) }),
});
const sourceFigureType = builder.objectRef<Dashboard['by_source'][number]>('NewsSourceGroup').implement({
  description: 'The articles of a source, with the change of their number.',
  interfaces: [figureFields],
  fields: (t) => ({ source: t.expose('source', { type: sourceNameType, description: 'The source.' }) }),
});

const dashboardType = builder.objectRef<Dashboard>('NewsDashboard').implement({
  description: 'The week at a glance.',
  fields: (t) => ({
    from: t.exposeString('from'),
    to: t.exposeString('to'),
    previousFrom: t.exposeString('previous_from'),
    previousTo: t.exposeString('previous_to'),
    articles: t.expose('articles', { type: figureType }),
    sources: t.expose('sources', { type: figureType }),
    languages: t.expose('languages', { type: figureType }),
    countries: t.expose('countries', { type: figureType }),
    score: t.exposeFloat('score', { nullable: true }),
    previousScore: t.exposeFloat('previous_score', { nullable: true }),
    bySentiment: t.expose('by_sentiment', { type: [namedType] }),
    byLanguage: t.expose('by_language', { type: [namedType] }),
    byCountry: t.expose('by_country', { type: [namedType] }),
    bySource: t.expose('by_source', { type: [sourceFigureType] }),
  }),
});

type Tones = Pick<SentimentTrends['items'][number], 'articles' | 'positive' | 'neutral' | 'negative' | 'score'>;
const toneFields = builder.interfaceRef<Tones>('ToneCounts').implement({
  description: 'Articles by their tone.',
  fields: (t) => ({
    articles: t.exposeInt('articles'),
    positive: t.exposeInt('positive'),
    neutral: t.exposeInt('neutral'),
    negative: t.exposeInt('negative'),
    score: t.exposeFloat('score', { nullable: true }),
  }),
});
const trendType = builder.objectRef<SentimentTrends['items'][number]>('SentimentTrend').implement({
  description: 'The tone of a day or week.',
  interfaces: [toneFields],
  fields: (t) => ({
    from: t.exposeString('from', { description: 'First day.' }),
    to: t.exposeString('to', { description: 'Last day.' }),
  }),
});
const topicType = builder.objectRef<TopicDistribution['items'][number]>('TopicShare').implement({
  description: 'The articles of a topic.',
  interfaces: [toneFields],
  fields: (t) => ({
    topic: t.exposeString('topic', { description: 'The name of the topic.' }),
    share: t.exposeFloat('share', { description: 'Share of all articles.' }),
  }),
});
const topicsType = builder.objectRef<TopicDistribution>('TopicDistribution').implement({
  description: 'Articles by topic.',
  fields: (t) => ({
    from: t.exposeString('from'),
    to: t.exposeString('to'),
    articles: t.exposeInt('articles'),
    items: t.expose('items', { type: [topicType] }),
  }),
});
const countryType = builder.objectRef<GeographicDistribution['items'][number]>('CountryShare').implement({
  description: 'The articles of a country.',
  interfaces: [toneFields],
  fields: (t) => ({
    country: t.exposeString('country', { description: 'ISO 3166-1 alpha-2.' }),
    share: t.exposeFloat('share', { description: 'Share of all articles.' }),
  }),
});
const countriesType = builder.objectRef<GeographicDistribution>('GeographicDistribution').implement({
  description: 'Articles by country.',
  fields: (t) => ({
    from: t.exposeString('from'),
    to: t.exposeString('to'),
    articles: t.exposeInt('articles'),
    unknown: t.exposeInt('unknown'),
    items: t.expose('items', { type: [countryType] }),
  }),
});
const performanceType = builder.objectRef<SourcePerformances['items'][number]>('SourcePerformance').implement({
  description: 'How a source performs.',
  fields: (t) => ({
    source: t.expose('source', { type: sourceNameType, description: 'The source.' }),
    isActive: t.exposeBoolean('is_active', { description: 'Whether it is fetched.' }),
    articles: t.exposeInt('articles', { description: 'Articles that match the filters.' }),
    share: t.exposeFloat('share', { nullable: true, description: 'Share of all articles; null: there are none.' }),
    fetches: t.exposeInt('fetches', { description: 'Completed fetches in the period.' }),
    failures: t.exposeInt('failures', { description: 'Fetches in the period that failed or were rejected.' }),
    lastSuccessAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a fetch last succeeded, in the period or not; null: none has.',
      resolve: ({ last_success_at }) => last_success_at,
    }),
    medianDelayMinutes: t.exposeFloat('median_delay_minutes', {
      nullable: true,
      description: 'Median time from publication to discovery, in the last 30 days of the period; null: no article has a known date.',
    }),
  }),
});
const risesType = builder.objectRef<WeeklyTrends>('WeeklyTrends').implement({
  description: 'What rises against the week before.',
  fields: (t) => ({
    from: t.exposeString('from'),
    to: t.exposeString('to'),
    previousFrom: t.exposeString('previous_from'),
    previousTo: t.exposeString('previous_to'),
    articles: t.expose('articles', { type: figureType }),
    topics: t.expose('topics', { type: [namedType] }),
    keywords: t.expose('keywords', { type: [namedType] }),
  }),
});

const intervalType = builder.enumType('TrendInterval', { description: 'Length of an item of a trend.', values: intervals });

export const analyticsQueries = (t: QueryFields) => {
  const args = { filters: t.arg({ type: filtersInput }) };
  return {
    newsDashboard: t.field({
      type: dashboardType,
      args,
      resolve: (_root, { filters }, { features }) => features.analytics.dashboard(parseInput(articleFilters, filters ?? {})),
    }),
    sentimentTrends: t.field({
      type: [trendType],
      args: { ...args, interval: t.arg({ type: intervalType, description: 'Default: day.' }) },
      resolve: async (_root, { filters, interval }, { features }) =>
        (await features.analytics.sentiment(parseInput(shapes.sentimentTrends.query, { ...filters, interval }))).items,
    }),
    topicDistribution: t.field({
      type: topicsType,
      args,
      resolve: (_root, { filters }, { features }) => features.analytics.topics(parseInput(articleFilters, filters ?? {})),
    }),
    geographicDistribution: t.field({
      type: countriesType,
      args,
      resolve: (_root, { filters }, { features }) => features.analytics.countries(parseInput(articleFilters, filters ?? {})),
    }),
    sourcePerformance: t.field({
      type: [performanceType],
      args,
      resolve: async (_root, { filters }, { features }) =>
        (await features.analytics.sources(parseInput(articleFilters, filters ?? {}))).items,
    }),
    weeklyTrends: t.field({
      type: risesType,
      args,
      resolve: (_root, { filters }, { features }) => features.analytics.trends(parseInput(shapes.weeklyTrends.query, filters ?? {})),
    }),
  };
};
