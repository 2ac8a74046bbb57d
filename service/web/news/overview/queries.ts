import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { type Filters, toQuery } from '../filters/filters.ts';
import { intervalFor } from './time-series.ts';

type Query = ReturnType<typeof toQuery>;

/** An analysis of the articles that a query selects. While another is read, the previous one stays. */
function useAnalysis<R extends object>(name: string, query: object, read: (signal: AbortSignal) => Promise<R>) {
  return useQuery({
    queryKey: ['analytics', name, query],
    queryFn: ({ signal }): Promise<R> => read(signal),
    placeholderData: keepPreviousData,
  });
}

/** The last day of the period, and the filters other than the period: analyses of a week end there. */
const untilLastDay = ({ days: _, from: __, ...query }: Filters): Omit<Query, 'from'> => query;

export function useDashboard(filters: Filters) {
  const query = untilLastDay(filters);
  return useAnalysis('dashboard', query, (signal) => client.call('newsDashboard', { query, signal }));
}

export function useWeek(filters: Filters) {
  const query = untilLastDay(filters);
  return useAnalysis('week', query, (signal) => client.call('weeklyTrends', { query, signal }));
}

export function useTone(filters: Filters) {
  const period = toQuery(filters, Date.now());
  const today = new Date().toISOString().slice(0, 10);
  const interval = intervalFor(period.from ?? period.to ?? today, period.to ?? today);
  const query = { ...period, interval };
  return useAnalysis('tone', query, (signal) => client.call('sentimentTrends', { query, signal }));
}

export function useTopics(filters: Filters) {
  const query = toQuery(filters, Date.now());
  return useAnalysis('topics', query, (signal) => client.call('topicDistribution', { query, signal }));
}

export function useCountries(filters: Filters) {
  const query = toQuery(filters, Date.now());
  return useAnalysis('countries', query, (signal) => client.call('geographicDistribution', { query, signal }));
}

export function useSourcePerformance(filters: Filters) {
  const query = toQuery(filters, Date.now());
  return useAnalysis('sources', query, (signal) => client.call('sourcePerformance', { query, signal }));
}
