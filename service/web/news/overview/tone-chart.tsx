import { type Sentiment, sentiments } from '../../../../contract/news.ts';
import type { SentimentTrends } from '../../../news/analytics/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Chart } from '../chart/chart.tsx';
import { overviewMessages } from './messages.ts';
import { startsOf } from './time-series.ts';

type Item = SentimentTrends['items'][number];

/** One colour and pattern for each tone. */
const slots: Readonly<Record<Sentiment, number>> = { positive: 0, neutral: 7, negative: 1 };

/** Articles by tone over time. */
export function ToneChart({ trends }: { readonly trends: SentimentTrends }) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  const { items, interval } = trends;
  const days = startsOf(trends);
  const byDay = new Map(items.map((item) => [item.from, item]));
  const series = sentiments.map((each) => ({
    name: t[each],
    slot: slots[each],
    values: days.map((day) => byDay.get(day)?.[each] ?? null),
  }));
  return (
    <Chart
      kind="stackedBars"
      title={t.tone}
      hint={interval === 'day' ? t.toneByDay : t.toneByWeek}
      data={{ days, series }}
      options={{ format: { maximumFractionDigits: 0 } }}
      table={
        <DataTable
          caption={t.tone}
          hideCaption
          narrow="scroll"
          columns={[
            { title: t[interval], cell: ({ from }) => format.utcDay(from) },
            ...sentiments.map((each) => ({ title: t[each], cell: (item: Item) => format.number(item[each]), isNumber: true })),
            { title: t.articles, cell: ({ articles }) => format.number(articles), isNumber: true },
            { title: t.score, cell: ({ score }) => (score === null ? t.noData : format.decimal(score)), isNumber: true },
          ]}
          rows={items}
          keyOf={({ from }) => from}
        />
      }
    />
  );
}
