import * as z from 'zod';
import { sentiments } from '../../../contract/news.ts';
import { listOf, pageQuery } from '../../http/pagination.ts';
import { json, noInput } from '../../http/shape.ts';
import { articleFilters } from '../filters.ts';

/** A positive bigint. */
export const articleId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .describe('The id of the article');
const time = z.iso.datetime();

const articleSource = z.object({
  id: z.uuid().describe('The id of the source'),
  name: z.string().describe('The name of the source'),
});

const snippet = z
  .array(z.object({ text: z.string().describe('A part of the summary'), is_match: z.boolean().describe('Whether it matches `q`') }))
  .describe('The part of the summary that matches best, in the order of the text');

const article = z.object({
  id: articleId,
  source: articleSource.describe('Where it was found'),
  url: z.string().describe('Its canonical address'),
  title: z.string().describe('Its title'),
  summary: z.string().describe('Its summary, without markup'),
  author: z.string().nullable().describe('Its author; null: the source names none'),
  published_at: time.describe('When it was published'),
  is_date_known: z.boolean().describe('false: the source gives no date, `published_at` is when it was found'),
  found_at: time.describe('When it was found'),
  duplicate_of: articleId.nullable().describe('The first article with the same content; null: it is the first one'),
  analyzed_at: time.nullable().describe('When it was analysed; null: it waits for its analysis, which sets the fields below'),
  language: z.string().nullable().describe('ISO 639; null: unknown'),
  relevance: z.number().min(0).max(1).nullable().describe('To the subject, 0 to 1'),
  is_relevant: z.boolean().nullable().describe('Whether the relevance reaches the threshold of the subject'),
  sentiment: z.enum(sentiments).nullable().describe('Tone; null: the language has no lexicon'),
  sentiment_score: z.number().min(-1).max(1).nullable().describe('Tone from -1 to 1'),
  sentiment_confidence: z.number().min(0).max(1).nullable().describe('How much evidence there is for the tone'),
  country: z.string().nullable().describe('ISO 3166-1 alpha-2; null: unknown'),
  topics: z.array(z.string()).describe('Topics of the subject'),
  keywords: z.array(z.string()).describe('Words that characterise it'),
});

const exampleArticle = {
  id: '4711',
  source: { id: 'b5879bf8-09d1-4427-99b7-354732337a8f', name: 'Salud Hoy' },
  url: 'https://salud.example/cribado-2026',
  title: 'El cribado detecta antes el cáncer de mama',
  summary: 'Un programa de cribado de cuatro años reduce los diagnósticos tardíos.',
  author: null,
  published_at: '2026-11-23T09:00:00.000Z',
  is_date_known: true,
  found_at: '2026-11-23T09:12:41.000Z',
  duplicate_of: null,
  analyzed_at: '2026-11-23T09:12:45.000Z',
  language: 'es',
  relevance: 0.86,
  is_relevant: true,
  sentiment: 'positive' as const,
  sentiment_score: 0.4,
  sentiment_confidence: 0.7,
  country: 'ES',
  topics: ['screening'],
  keywords: ['cribado', 'diagnósticos tardíos'],
};

export const listedArticle = article
  .extend({ snippet: snippet.nullable().describe('Where `q` matches; null without `q`') })
  .meta({ id: 'ListedArticle', examples: [{ ...exampleArticle, snippet: null }] });
export type ListedArticle = z.output<typeof listedArticle>;

export const articleDuplicate = z
  .object({
    id: articleId,
    source: articleSource.describe('Where it was found'),
    url: z.string().describe('Its canonical address'),
    title: z.string().describe('Its title'),
    published_at: time.describe('When it was published'),
  })
  .meta({ id: 'ArticleDuplicate' });
export type ArticleDuplicate = z.output<typeof articleDuplicate>;

export const articleDetails = article
  .extend({
    declared_language: z.string().nullable().describe('BCP 47 tag of the article or its source'),
    analysis_version: z.string().nullable().describe('Version of algorithm and subject; null: it waits for its analysis'),
    analysis: z.record(z.string(), z.unknown()).nullable().describe('How the analysis came to its result: terms found, with their weights'),
    duplicates: z.array(articleDuplicate).describe('Other articles with the same content, the newest first; at most 50'),
  })
  .meta({
    id: 'Article',
    examples: [
      {
        ...exampleArticle,
        declared_language: 'es-ES',
        analysis_version: '3f1c',
        analysis: { matches: [{ term: 'cáncer de mama', weight: 1 }] },
        duplicates: [],
      },
    ],
  });
export type ArticleDetails = z.output<typeof articleDetails>;

export const sorts = ['newest', 'oldest', 'rank'] as const;

export const articlesQuery = pageQuery(articleId)
  .extend({
    ...articleFilters.shape,
    sort: z.enum(sorts).default('newest').describe('`newest` or `oldest` by publication; `rank`: the best matches of `q`'),
  })
  .refine(({ sort, q }) => sort !== 'rank' || q !== undefined, { path: ['q'], error: 'required with `sort=rank`' })
  .meta({ id: 'ArticlesQuery', examples: [{ q: 'cribado', language: 'es', from: '2026-11-01' }] });
export type ArticlesQuery = z.output<typeof articlesQuery>;

const articleList = listOf(listedArticle).meta({
  id: 'Articles',
  examples: [{ items: [{ ...exampleArticle, snippet: null }], next: null }],
});

export const newsArticlesShapes = {
  listArticles: { ...noInput, query: articlesQuery, answer: json(articleList) },
  readArticle: { ...noInput, params: z.object({ id: articleId }), answer: json(articleDetails) },
};
