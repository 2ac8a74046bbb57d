import { useQuery } from '@tanstack/react-query';
import type { SourceFetch } from '../../../news/sources/schema.ts';
import { client } from '../../api/client.ts';
import { useLanguage } from '../../language/provider.tsx';

/** How often the state of a fetch under way is read, in milliseconds. */
export const pollMs = 1500;
/** Sources that lists and filters show. */
const maxSources = '200';

/** Whether a fetch waits or is under way. */
export const isUnderWay = (fetch: SourceFetch | null): boolean => fetch !== null && fetch.finished_at === null;

/** The sources by name. While one is fetched, they are read again. */
export const useSources = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: async ({ signal }) => (await client.call('listSources', { query: { limit: maxSources }, signal })).items,
    refetchInterval: ({ state: { data } }) => (data?.some(({ last_fetch }) => isUnderWay(last_fetch)) ? pollMs : false),
  });

/** The subject of the articles and its topics; undefined until it is known. */
export function useSubject() {
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ['subject'],
    queryFn: ({ signal }) => client.call('newsSubject', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    subject: data,
    title: data?.title[language],
    topicName: (name: string) => data?.topics.find((topic) => topic.name === name)?.title[language] ?? name,
  };
}
