import type { Source } from '../../../news/sources/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { newsAddress } from '../filters/use-filters.ts';
import { sourceMessages } from './messages.ts';
import { FetchOutcome, SourceState } from './source-state.tsx';

/** The sources with their state. */
export function SourceList({ sources }: { readonly sources: readonly Source[] }) {
  const t = useMessages(sourceMessages);
  const { format } = useLanguage();
  return (
    <DataTable
      caption={t.sources}
      hideCaption
      columns={[
        { title: t.name, cell: ({ id, name }) => <a href={newsAddress(`sources/${id}`, '')}>{name}</a> },
        { title: t.state, cell: (source) => <SourceState source={source} /> },
        {
          title: t.lastFetch,
          cell: ({ last_fetch }) =>
            last_fetch === null ? (
              t.never
            ) : (
              <span className="badges">
                {format.time(last_fetch.finished_at ?? last_fetch.queued_at)} <FetchOutcome fetch={last_fetch} />
              </span>
            ),
        },
        { title: t.nextFetch, cell: ({ next_fetch_at }) => (next_fetch_at === null ? t.notScheduled : format.time(next_fetch_at)) },
        { title: t.score, cell: ({ compliance_score }) => format.number(compliance_score), isNumber: true },
      ]}
      rows={sources}
      keyOf={({ id }) => id}
    />
  );
}
