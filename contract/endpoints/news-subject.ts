import type { Endpoint } from './endpoint.ts';

export const newsSubjectEndpoints = {
  newsSubject: {
    group: 'Articles',
    method: 'GET',
    path: '/api/news/subject',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'What the news are about',
    description:
      'Returns the subject of NEWS_SUBJECT: its terms with their weights, its topics, and the version of the analysis, which changes with them. Articles of another version are analyzed again.',
  },
} as const satisfies Record<string, Endpoint>;
