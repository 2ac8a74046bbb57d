import { Loaded } from '../../data/loaded.tsx';
import { useMessages } from '../../language/provider.tsx';
import { FilterPanel } from '../filters/filter-panel.tsx';
import { useSources } from '../filters/queries.ts';
import { useFilters } from '../filters/use-filters.ts';
import { FirstSource } from '../sources/first-source.tsx';
import { CountryMap } from './country-map.tsx';
import { Glance } from './glance.tsx';
import { overviewMessages } from './messages.ts';
import { useCountries, useDashboard, useSourcePerformance, useTone, useTopics, useWeek } from './queries.ts';
import { Rising } from './rising.tsx';
import { SourceTable } from './source-table.tsx';
import { ToneChart } from './tone-chart.tsx';
import { TopicChart } from './topic-chart.tsx';

/** The week at a glance, and the period of the filters as charts. */
export function Overview() {
  const sources = useSources();
  return <Loaded query={sources}>{(items) => (items.length === 0 ? <FirstSource /> : <Report />)}</Loaded>;
}

function Report() {
  const t = useMessages(overviewMessages);
  const { filters, query } = useFilters();
  const [dashboard, week, tone] = [useDashboard(filters), useWeek(filters), useTone(filters)];
  const [topics, countries, performance] = [useTopics(filters), useCountries(filters), useSourcePerformance(filters)];
  return (
    <>
      <FilterPanel />
      <Loaded query={dashboard}>{(data) => <Glance dashboard={data} />}</Loaded>
      <Loaded query={tone}>
        {(data) => (data.items.length === 0 ? <div className="empty">{t.empty}</div> : <ToneChart trends={data} />)}
      </Loaded>
      <div className="news-charts">
        <Loaded query={topics}>{(data) => data.items.length > 0 && <TopicChart items={data.items} query={query} />}</Loaded>
        <Loaded query={week}>{(data) => <Rising trends={data} query={query} />}</Loaded>
      </div>
      <Loaded query={countries}>{(data) => data.items.length > 0 && <CountryMap distribution={data} query={query} />}</Loaded>
      <Loaded query={performance}>{(data) => <SourceTable items={data.items} query={query} />}</Loaded>
    </>
  );
}
