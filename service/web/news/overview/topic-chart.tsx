import type { TopicDistribution } from '../../../news/analytics/schema.ts';
import { useMessages } from '../../language/provider.tsx';
import { Chart } from '../chart/chart.tsx';
import { useSubject } from '../filters/queries.ts';
import { articlesAddress } from '../filters/use-filters.ts';
import { CountTable } from './count-table.tsx';
import { overviewMessages } from './messages.ts';

interface TopicChartProps {
  readonly items: TopicDistribution['items'];
  readonly query: string;
}

/** Articles by topic, the most frequent first. */
export function TopicChart({ items, query }: TopicChartProps) {
  const t = useMessages(overviewMessages);
  const { topicName } = useSubject();
  const rows = items.map(({ topic, articles, share }) => ({
    key: topic,
    name: topicName(topic),
    articles,
    share,
    href: articlesAddress(query, { topic }),
  }));
  return (
    <Chart
      kind="horizontalBars"
      title={t.topics}
      hint={t.topicsHint}
      data={rows.map(({ name, articles }) => ({ label: name, value: articles }))}
      options={{ format: { maximumFractionDigits: 0 } }}
      table={<CountTable title={t.topics} column={t.topic} rows={rows} />}
    />
  );
}
