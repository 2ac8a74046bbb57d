import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/**
 * A list that is read page by page.
 * @param name of the list, for `useChange`
 * @param variant what distinguishes it from other lists of the name, such as its filters
 */
export function usePages<T>(
  name: string,
  readPage: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  variant?: string,
) {
  const query = useInfiniteQuery({
    queryKey: variant === undefined ? [name] : [name, variant],
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
  return query;
}

/** Changes something, then reads the lists again that show it. */
export function useChange<I, R>(lists: readonly string[], change: (input: I) => Promise<R>, onDone?: (result: R) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await Promise.all(lists.map((name) => queries.invalidateQueries({ queryKey: [name] })));
      onDone?.(result);
    },
  });
}
