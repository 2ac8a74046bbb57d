import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { useLanguage } from '../../language/provider.tsx';
import { FilterBar } from './filter-bar.tsx';
import { toQuery } from './filters.ts';
import { useSources, useSubject } from './queries.ts';
import { useFilters } from './use-filters.ts';

/** The filters of the address, with what can be chosen in the period. */
export function FilterPanel() {
  const { language } = useLanguage();
  const { filters, change, clear } = useFilters();
  const { from, to } = toQuery(filters, Date.now());
  const sources = useSources();
  const { subject } = useSubject();
  const countries = useQuery({
    queryKey: ['analytics', 'countries', { from, to }],
    queryFn: ({ signal }) => client.call('geographicDistribution', { query: { from, to }, signal }),
  });
  return (
    <FilterBar
      filters={filters}
      onChange={change}
      onClear={clear}
      choices={{
        sources: sources.data ?? [],
        topics: subject?.topics.map(({ name, title }) => ({ name, title: title[language] })) ?? [],
        languages: subject?.languages ?? [],
        countries: countries.data?.items.map(({ country }) => country) ?? [],
      }}
    />
  );
}
