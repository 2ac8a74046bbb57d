import type { WeeklyTrends } from '../../../news/analytics/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useSubject } from '../filters/queries.ts';
import { articlesAddress } from '../filters/use-filters.ts';
import { overviewMessages } from './messages.ts';

interface RisingProps {
  readonly trends: WeeklyTrends;
  readonly query: string;
}

const shownTrends = 8;

/** Topics and keywords with many more articles than the week before. */
export function Rising({ trends, query }: RisingProps) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  const { topicName } = useSubject();
  const week = { from: trends.from, to: trends.to };
  const rows = [
    ...trends.topics.map((rise) => ({ ...rise, title: topicName(rise.name), href: articlesAddress(query, { ...week, topic: rise.name }) })),
    ...trends.keywords.map((rise) => ({ ...rise, title: rise.name, href: articlesAddress(query, { ...week, q: `"${rise.name}"` }) })),
  ].slice(0, shownTrends);
  return (
    <section className="card" aria-labelledby="rising-title">
      <h2 id="rising-title">{t.rising}</h2>
      <p className="hint">{t.risingHint}</p>
      {rows.length === 0 ? (
        <p className="quiet">{trends.articles.previous === null ? t.noneBefore : t.noRising}</p>
      ) : (
        <DataTable
          caption={t.rising}
          hideCaption
          narrow="scroll"
          columns={[
            { title: t.topic, cell: ({ title, href }) => <a href={href}>{title}</a> },
            { title: t.thisWeek, cell: ({ current }) => format.number(current), isNumber: true },
            { title: t.weekBefore, cell: ({ previous }) => format.number(previous), isNumber: true },
          ]}
          rows={rows}
          keyOf={({ href }) => href}
        />
      )}
    </section>
  );
}
