import type { SourcePerformances } from '../../../news/analytics/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { articlesAddress } from '../filters/use-filters.ts';
import { overviewMessages } from './messages.ts';

interface SourceTableProps {
  readonly items: SourcePerformances['items'];
  readonly query: string;
}

/** How much each source contributes, and how reliably. */
export function SourceTable({ items, query }: SourceTableProps) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  return (
    <section className="card">
      <DataTable
        caption={t.sources}
        columns={[
          { title: t.source, cell: ({ source }) => <a href={articlesAddress(query, { source: source.id })}>{source.name}</a> },
          { title: t.articles, cell: ({ articles }) => format.number(articles), isNumber: true },
          { title: t.share, cell: ({ share }) => (share === null ? t.noData : format.percent(share)), isNumber: true },
          { title: t.fetches, cell: ({ fetches }) => format.number(fetches), isNumber: true },
          { title: t.failures, cell: ({ failures }) => format.number(failures), isNumber: true },
          { title: t.lastSuccess, cell: ({ last_success_at }) => (last_success_at === null ? t.never : format.time(last_success_at)) },
        ]}
        rows={items}
        keyOf={({ source }) => source.id}
      />
    </section>
  );
}
