import { operations } from '../../../contract/endpoints/graphql-operations.ts';
import { builder, type QueryFields } from '../../graphql/builder/builder.ts';
import { parseInput } from '../../graphql/builder/input.ts';
import { filtersInput, sentimentType, sourceNameType } from '../graphql-filters.ts';
import type { Articles } from './articles.ts';
import { type ArticleDetails, type ArticleDuplicate, articleId, articlesQuery, type ListedArticle, sorts } from './schema.ts';

declare module '../../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly articles: Articles;
  }
}

const articleFields = builder.interfaceRef<Omit<ListedArticle, 'snippet'>>('ArticleFields').implement({
  description: 'Fields of an article.',
  fields: (t) => ({
    id: t.exposeID('id'),
    source: t.expose('source', { type: sourceNameType }),
    url: t.exposeString('url'),
    title: t.exposeString('title'),
    summary: t.exposeString('summary'),
    author: t.exposeString('author', { nullable: true }),
    publishedAt: t.field({ type: 'DateTime', resolve: ({ published_at }) => published_at }),
    isDateKnown: t.exposeBoolean('is_date_known'),
    foundAt: t.field({ type: 'DateTime', resolve: ({ found_at }) => found_at }),
    duplicateOf: t.exposeID('duplicate_of', { nullable: true }),
    analyzedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ analyzed_at }) => analyzed_at }),
    language: t.exposeString('language', { nullable: true }),
    relevance: t.exposeFloat('relevance', { nullable: true }),
    isRelevant: t.exposeBoolean('is_relevant', { nullable: true }),
    sentiment: t.expose('sentiment', { type: sentimentType, nullable: true }),
    sentimentScore: t.exposeFloat('sentiment_score', { nullable: true }),
    sentimentConfidence: t.exposeFloat('sentiment_confidence', { nullable: true }),
    country: t.exposeString('country', { nullable: true }),
    topics: t.exposeStringList('topics'),
    keywords: t.exposeStringList('keywords'),
  }),
});

const snippetType = builder.objectRef<NonNullable<ListedArticle['snippet']>[number]>('SnippetPart').implement({
  description: 'A part of a summary.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'Its text.' }),
    isMatch: t.exposeBoolean('is_match', { description: 'Whether it matches `q`.' }),
  }),
});
const listedType = builder.objectRef<ListedArticle>('ListedArticle').implement({
  description: 'An article of a list.',
  interfaces: [articleFields],
  fields: (t) => ({ snippet: t.expose('snippet', { type: [snippetType], nullable: true }) }),
});

const duplicateType = builder.objectRef<ArticleDuplicate>('ArticleDuplicate').implement({
  description: 'Another article with the same content.',
  fields: (t) => ({
    id: t.exposeID('id'),
    source: t.expose('source', { type: sourceNameType }),
    url: t.exposeString('url'),
    title: t.exposeString('title'),
    publishedAt: t.field({ type: 'DateTime', resolve: ({ published_at }) => published_at }),
  }),
});
const detailsType = builder.objectRef<ArticleDetails>('Article').implement({
  description: 'An article with the explanation of its analysis.',
  interfaces: [articleFields],
  fields: (t) => ({
    declaredLanguage: t.exposeString('declared_language', { nullable: true }),
    analysisVersion: t.exposeString('analysis_version', { nullable: true }),
    analysis: t.string({
      description: 'How the analysis came to its result, as JSON.',
      nullable: true,
      resolve: ({ analysis }) => analysis && JSON.stringify(analysis),
    }),
    duplicates: t.expose('duplicates', { type: [duplicateType] }),
  }),
});

const sortType = builder.enumType('ArticleSort', { description: 'Order of articles.', values: sorts });
const most = 100;
const usual = operations.articles.items;

export const articlesQueries = (t: QueryFields) => ({
  articles: t.field({
    type: [listedType],
    args: {
      filters: t.arg({ type: filtersInput }),
      sort: t.arg({ type: sortType, description: 'Default: newest.' }),
      first: t.arg.int({ description: `At most ${most}; default: ${usual}.` }),
      after: t.arg.id({ description: 'The last id of the previous page.' }),
    },
    resolve: (_root, { filters, sort, first, after }, { features }) => {
      const limit = Math.min(Math.max(first ?? usual, 1), most);
      return features.articles.list(parseInput(articlesQuery, { ...filters, sort, after, limit }));
    },
  }),
  article: t.field({
    type: detailsType,
    args: { id: t.arg.id({ required: true, description: 'The id of the article.' }) },
    resolve: (_root, { id }, { features }) => {
      const parsed = articleId.safeParse(String(id));
      return features.articles.read(parsed.success ? parsed.data : '0');
    },
  }),
});
