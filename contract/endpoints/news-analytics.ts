import type { Endpoint } from './endpoint.ts';

/** Every analysis takes the same filters and counts the same articles. */
const shared = { group: 'Analytics', method: 'GET', permission: 'Read', rateLimit: 'api', port: 'http', conditional: true } as const;
const counted = 'Counts relevant articles without duplicates, unless the filters say otherwise.';

export const newsAnalyticsEndpoints = {
  newsDashboard: {
    ...shared,
    path: '/api/analytics/dashboard',
    summary: 'The week at a glance, with the change to the week before',
    description: `${counted} Default: the seven days until \`to\`; the period before has the same length. \`previous\` and \`change\` are null if that period has no article.`,
  },
  sentimentTrends: {
    ...shared,
    path: '/api/analytics/sentiment/trends',
    summary: 'The tone of articles by day or week',
    description: `${counted} A day or week without articles is absent. Weeks start on Monday; \`from\` and \`to\` of the first and the last one are those of the period.`,
  },
  topicDistribution: {
    ...shared,
    path: '/api/analytics/topics/distribution',
    summary: 'How many articles each topic has',
    description: `${counted} An article with several topics counts for each of them, so the shares can sum to more than 1.`,
  },
  geographicDistribution: {
    ...shared,
    path: '/api/analytics/geographic/distribution',
    summary: 'How many articles each country has',
    description: `${counted} Articles whose country is unknown are counted in \`unknown\`, and in no country.`,
  },
  sourcePerformance: {
    ...shared,
    path: '/api/analytics/sources/performance',
    summary: 'Articles, failures and delays of each source',
    description: `${counted} The delay is the median time from publication to discovery, of articles with a known date. Fetches are those of the period; the other filters do not apply to them.`,
  },
  weeklyTrends: {
    ...shared,
    path: '/api/analytics/trends/weekly',
    summary: 'Topics and keywords that rise against the week before',
    description: `${counted} Compares the seven days until \`to\` with the seven days before. A rise is at least five articles, and half more than expected from the week before and the number of all articles.`,
  },
} as const satisfies Record<string, Endpoint>;
