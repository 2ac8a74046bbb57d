import { useQuery } from '@tanstack/react-query';
import type { Candidate } from '../../../news/sources/schema.ts';
import { client } from '../../api/client.ts';
import { isUnderWay, pollMs } from '../filters/queries.ts';

/** A source, read again while it is fetched. */
export const useSource = (id: string) =>
  useQuery({
    queryKey: ['sources', id],
    queryFn: ({ signal }) => client.call('readSource', { params: { id }, signal }),
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data.last_fetch) ? pollMs : false),
  });

/** The result of a check, which requests the document of the publisher: once for equal fields. */
export const useValidation = (candidate: Candidate | undefined) =>
  useQuery({
    queryKey: ['validation', candidate],
    queryFn: async ({ signal }) => {
      if (candidate === undefined) throw new Error('nothing to check');
      return client.call('validateNewSource', { body: candidate, signal });
    },
    enabled: candidate !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
