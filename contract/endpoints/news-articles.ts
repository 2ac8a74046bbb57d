import type { Endpoint } from './endpoint.ts';

export const newsArticlesEndpoints = {
  listArticles: {
    group: 'Articles',
    method: 'GET',
    path: '/api/articles',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'Articles by period, source, language, country, topic, tone and words',
    description:
      'Lists the relevant articles of the last 30 days without duplicates, unless you set filters. `q` searches titles and summaries in the language of each article, with or without accents, and adds a snippet. `sort=rank` orders the newest 2,000 matches by how well they match. The id of any listed article continues the list in both directions: `newest` after it has older articles, `oldest` newer ones.',
  },
  readArticle: {
    group: 'Articles',
    method: 'GET',
    path: '/api/articles/:id',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'An article, how its analysis came to its result, and its duplicates',
    description:
      'Title, summary and link of the article; the service stores no full texts. `analysis` explains relevance, tone and topics by the terms that were found. Duplicates are articles of other sources or addresses with the same content.',
  },
} as const satisfies Record<string, Endpoint>;
