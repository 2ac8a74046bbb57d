import { useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import type { BatchResult } from './results.ts';

const [firstPollMs, lastPollMs] = [500, 10_000];

/** A batch, read again until it is finished: less and less often, and only while the page is visible. */
export const useBatch = (id: string) =>
  useQuery({
    queryKey: ['batches', id],
    queryFn: ({ signal }) => client.call('readBatch', { params: { id }, signal }),
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data !== undefined && data.finished_at === null ? Math.min(lastPollMs, firstPollMs * 1.3 ** dataUpdateCount) : false,
  });

/** The results so far. Each is read once. @param finished how many items are finished */
export function useResults(id: string, finished: number) {
  const queries = useQueryClient();
  const key = ['results', id];
  return useQuery<readonly BatchResult[]>({
    queryKey: [...key, finished],
    placeholderData: (previous) => previous,
    enabled: finished > 0,
    queryFn: async ({ signal }) => {
      const known = queries.getQueryData<readonly BatchResult[]>(key) ?? [];
      const lines = await client.call('batchResults', { params: { id }, query: { after: known.at(-1)?.index ?? -1 }, signal });
      const results = [...known, ...(await Array.fromAsync(lines))];
      queries.setQueryData(key, results);
      return results;
    },
  });
}
