import { useQuery } from '@tanstack/react-query';
import { loadWorld } from '../../../charts/world.ts';
import type { GeographicDistribution } from '../../../news/analytics/schema.ts';
import { Loaded } from '../../data/loaded.tsx';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { Chart } from '../chart/chart.tsx';
import { useCodeNames } from '../filters/names.ts';
import { articlesAddress } from '../filters/use-filters.ts';
import { CountTable } from './count-table.tsx';
import { overviewMessages } from './messages.ts';

interface CountryMapProps {
  readonly distribution: GeographicDistribution;
  readonly query: string;
}

/** Articles by country. */
export function CountryMap({ distribution, query }: CountryMapProps) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  const { countryName } = useCodeNames();
  const world = useQuery({ queryKey: ['world'], queryFn: loadWorld, staleTime: Number.POSITIVE_INFINITY });
  const rows = distribution.items.map(({ country, articles, share }) => ({
    key: country,
    name: countryName(country),
    articles,
    share,
    href: articlesAddress(query, { country }),
  }));
  return (
    <Loaded query={world}>
      {(shapes) => (
        <Chart
          kind="worldMap"
          title={t.countries}
          hint={`${t.countriesHint} ${distribution.unknown > 0 ? t.unknownCountry(format.number(distribution.unknown)) : ''}`}
          data={{ world: shapes, values: rows.map(({ key, articles }) => ({ country: key, value: articles })) }}
          options={{ format: { maximumFractionDigits: 0 } }}
          table={<CountTable title={t.countries} column={t.country} rows={rows} />}
        />
      )}
    </Loaded>
  );
}
