import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SourceFetch } from '../../../news/sources/schema.ts';
import { client } from '../../api/client.ts';
import { LoadedList } from '../../data/loaded.tsx';
import { usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { sourceMessages } from './messages.ts';
import { fetchReasonText } from './reasons.ts';
import { FetchOutcome } from './source-state.tsx';

/** The fetches of a source, newest first. @param latest its last fetch: the list is read again when it changes */
export function FetchList({ id, latest }: { readonly id: string; readonly latest: SourceFetch | null }) {
  const t = useMessages(sourceMessages);
  const { format, language } = useLanguage();
  const queries = useQueryClient();
  const state = `${latest?.id} ${latest?.started_at} ${latest?.finished_at}`;
  const fetches = usePages(
    'fetches',
    (after, signal) => client.call('listSourceFetches', { params: { id }, query: { after }, signal }),
    id,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state of the latest fetch is what makes the list stale
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['fetches', id] });
  }, [queries, id, state]);
  const countsOf = ({ outcome, added, found, updated, duplicates }: SourceFetch) =>
    outcome === 'succeeded'
      ? [
          t.counts(format.number(added), format.number(found)),
          ...(updated > 0 ? [t.updated(format.number(updated))] : []),
          ...(duplicates > 0 ? [t.duplicates(format.number(duplicates))] : []),
        ].join(', ')
      : '';
  const reasonOf = ({ reason, detail, http_status }: SourceFetch) =>
    (reason || detail) && (
      <span>
        {reason && fetchReasonText(reason, language)}
        {(detail || (reason && http_status)) && (
          <span className="block quiet">{[http_status && t.status(String(http_status)), detail].filter(Boolean).join(' · ')}</span>
        )}
      </span>
    );
  return (
    <LoadedList query={fetches} empty={t.noFetches}>
      {(items) => (
        <DataTable
          caption={t.fetches}
          columns={[
            { title: t.queuedAt, cell: ({ queued_at }) => format.time(queued_at) },
            { title: t.outcome, cell: (fetch) => <FetchOutcome fetch={fetch} /> },
            { title: t.reason, cell: reasonOf },
            { title: t.articles, cell: countsOf },
            { title: t.cause, cell: ({ cause }) => t[cause] },
          ]}
          rows={items}
          keyOf={({ id: each }) => each}
        />
      )}
    </LoadedList>
  );
}
