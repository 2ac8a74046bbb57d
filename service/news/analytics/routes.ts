import { route } from '../../http/route.ts';
import type { Analytics } from './analytics.ts';
import { newsAnalyticsShapes as shapes } from './schema.ts';

export const newsAnalyticsRoutes = (analytics: Analytics) => ({
  newsDashboard: route(shapes.newsDashboard, ({ query }) => analytics.dashboard(query)),
  sentimentTrends: route(shapes.sentimentTrends, ({ query }) => analytics.sentiment(query)),
  topicDistribution: route(shapes.topicDistribution, ({ query }) => analytics.topics(query)),
  geographicDistribution: route(shapes.geographicDistribution, ({ query }) => analytics.countries(query)),
  sourcePerformance: route(shapes.sourcePerformance, ({ query }) => analytics.sources(query)),
  weeklyTrends: route(shapes.weeklyTrends, ({ query }) => analytics.trends(query)),
});
