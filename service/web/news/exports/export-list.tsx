import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endpoints } from '../../../../contract/endpoints/index.ts';
import type { ExportResponse } from '../../../news/exports/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { LoadedList } from '../../data/loaded.tsx';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { pollMs } from '../filters/queries.ts';
import { newsAddress } from '../filters/use-filters.ts';
import { formatBytes } from './format-bytes.ts';
import { exportMessages } from './messages.ts';

const isUnderWay = ({ state }: ExportResponse) => state === 'queued' || state === 'running';

/** The exports of the caller, newest first. While one is being written, they are read again. */
const useExports = () =>
  useInfiniteQuery({
    queryKey: ['exports'],
    queryFn: ({ pageParam, signal }) => client.call('listExports', { query: { after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ items }) => items.some(isUnderWay)) ? pollMs : false),
  });

export function ExportList() {
  const t = useMessages(exportMessages);
  const exports = useExports();
  const [deleted, setDeleted] = useState<ExportResponse>();
  return (
    <section className="card" aria-label={t.history}>
      <LoadedList query={exports} empty={t.empty}>
        {(items) => <ExportTable items={items} onDelete={setDeleted} />}
      </LoadedList>
      {deleted && <DeleteDialog item={deleted} onClose={() => setDeleted(undefined)} />}
    </section>
  );
}

const tones = { queued: ' writing', running: ' writing', succeeded: ' good', failed: ' bad', expired: '' } as const;

function State({ item: { state, error } }: { readonly item: ExportResponse }) {
  const t = useMessages(exportMessages);
  return (
    <span>
      <span className={`badge${tones[state]}`}>{t[state]}</span>
      {error && <span className="block quiet">{t[error.code]}</span>}
    </span>
  );
}

/** What an export contains, for people. */
function useExportName(): (item: ExportResponse) => string {
  const t = useMessages(exportMessages);
  return ({ dataset, kind }) => `${dataset === 'report' ? t.report : t[dataset]} (${kind.toUpperCase()})`;
}

interface ExportTableProps {
  readonly items: readonly ExportResponse[];
  readonly onDelete: (item: ExportResponse) => void;
}

function ExportTable({ items, onDelete }: ExportTableProps) {
  const t = useMessages(exportMessages);
  const { format, language } = useLanguage();
  const nameOf = useExportName();
  return (
    <DataTable
      caption={t.history}
      columns={[
        { title: t.content, cell: nameOf },
        { title: t.created, cell: ({ created_at }) => format.time(created_at) },
        { title: t.state, cell: (item) => <State item={item} /> },
        { title: t.period, cell: ({ filters: { from, to } }) => from && to && t.periodOf(format.utcDay(from), format.utcDay(to)) },
        { title: t.rows, cell: ({ rows }) => rows !== null && format.number(rows), isNumber: true },
        { title: t.size, cell: ({ bytes }) => bytes !== null && formatBytes(bytes, language), isNumber: true },
        { title: t.until, cell: ({ expires_at }) => expires_at && format.day(expires_at) },
        { title: t.actions, hideTitle: true, cell: (item) => <Actions item={item} onDelete={onDelete} /> },
      ]}
      rows={items}
      keyOf={({ id }) => id}
    />
  );
}

/** The filters of an export, as in an address. */
const queryOf = ({ filters }: ExportResponse) =>
  new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))).toString();

function Actions({ item, onDelete }: Pick<ExportTableProps, 'onDelete'> & { readonly item: ExportResponse }) {
  const t = useMessages(exportMessages);
  const { may } = useSession();
  const nameOf = useExportName();
  return (
    <div className="actions">
      {item.state === 'succeeded' && (
        <a className="button" href={endpoints.readExportFile.path.replace(':id', item.id)} download>
          {t.download} <span className="visually-hidden">{nameOf(item)}</span>
        </a>
      )}
      <a className="button" href={newsAddress('exports', queryOf(item))}>
        {t.show}
      </a>
      {may('Write') && (
        <button type="button" className="danger" onClick={() => onDelete(item)}>
          {t.delete}
        </button>
      )}
    </div>
  );
}

function DeleteDialog({ item, onClose }: { readonly item: ExportResponse; readonly onClose: () => void }) {
  const t = useMessages(exportMessages);
  const nameOf = useExportName();
  const remove = useChange(['exports'], () => client.call('deleteExport', { params: { id: item.id } }), onClose);
  return (
    <Dialog title={t.deleteOf(nameOf(item))} onClose={onClose}>
      <ActionForm action={remove} onSubmit={() => remove.mutate(undefined)} submit={t.delete} isDangerous onCancel={onClose}>
        <p>{t.deleteIntro}</p>
      </ActionForm>
    </Dialog>
  );
}
