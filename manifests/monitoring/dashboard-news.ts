import { maxOf, quantile, rate } from '../prometheus/promql.ts';
import { type Dashboard, quantiles, window } from './dashboard.ts';

/** Every process of a role reports the same gauges. */
export const news: Dashboard = {
  name: 'news',
  title: 'News',
  panels: () => [
    {
      title: 'Fetches',
      unit: 'ops',
      queries: { '{{outcome}} {{reason}}': rate('newsFetches', window, {}, { by: ['outcome', 'reason'] }) },
    },
    { title: 'Duration of fetches', unit: 's', queries: quantiles((q) => quantile(q, 'newsFetchDuration', window)) },
    {
      title: 'Articles found',
      unit: 'ops',
      queries: { '{{result}}': rate('newsArticles', window, {}, { by: ['result'] }) },
      emptyWithout: 'a fetch that succeeds',
    },
    { title: 'Sources', unit: 'short', queries: { '{{state}}': maxOf('newsSources', {}, { by: ['state'] }) } },
    {
      title: 'Fetches and articles that wait',
      unit: 'short',
      queries: { fetches: maxOf('newsFetchQueue', { state: { is: 'waiting' } }), articles: maxOf('newsAnalysisQueue') },
    },
    {
      title: 'Age of the newest article',
      unit: 's',
      queries: { newest: maxOf('newsNewestArticleAge') },
      emptyWithout: 'an article',
    },
    { title: 'Age of the oldest article that waits', unit: 's', queries: { waiting: maxOf('newsAnalysisQueueAge') } },
    { title: 'Analysis of an article', unit: 's', queries: quantiles((q) => quantile(q, 'newsAnalysisDuration', window)) },
    { title: 'Exports', unit: 'ops', queries: { '{{kind}} {{outcome}}': rate('newsExports', window, {}, { by: ['kind', 'outcome'] }) } },
    { title: 'Duration of exports', unit: 's', queries: quantiles((q) => quantile(q, 'newsExportDuration', window)) },
  ],
};
