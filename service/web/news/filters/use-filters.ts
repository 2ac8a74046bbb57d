import { useMemo } from 'react';
import { useHashPath, useHashQuery } from '../../browser/hash-path.ts';
import { changeFilters, type Filters, formatFilters, parseFilters } from './filters.ts';

/** The address of a section of the news. @param query without `?`; '' for none */
export const newsAddress = (path: string, query: string): string => `#/news${path && `/${path}`}${query && `?${query}`}`;

/** The address of the articles that filters select. @param query the filters in use, which the change narrows */
export const articlesAddress = (query: string, change: Partial<Filters>): string =>
  newsAddress('articles', formatFilters(changeFilters(parseFilters(query), change)));

/** The filters in the address. A change of them is a new address: the back button undoes it. */
export function useFilters() {
  const given = useHashQuery();
  const path = useHashPath().slice(1).join('/');
  const filters = useMemo(() => parseFilters(given), [given]);
  return {
    filters,
    /** The same for equal filters. */
    query: formatFilters(filters),
    change: (change: Partial<Filters>) => {
      location.hash = newsAddress(path, formatFilters(changeFilters(filters, change)));
    },
    clear: () => {
      location.hash = newsAddress(path, '');
    },
  };
}
