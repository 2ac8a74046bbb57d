import type { BatchResponse } from '../../../batches/schema.ts';
import { client } from '../../api/client.ts';
import { LoadedList } from '../../data/loaded.tsx';
import { usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { batchMessages } from './messages.ts';

/** The state of a batch for people. */
export function BatchState({ status }: Pick<BatchResponse, 'status'>) {
  const t = useMessages(batchMessages);
  const tone = { queued: '', running: '', done: ' good', failed: ' bad', cancelled: '' }[status];
  return <span className={`badge${tone}`}>{status === 'failed' ? t.failedState : t[status]}</span>;
}

export function BatchList() {
  const t = useMessages(batchMessages);
  const { format } = useLanguage();
  const batches = usePages('batches', (after, signal) => client.call('listBatches', { query: { after }, signal }));
  return (
    <LoadedList query={batches} empty={t.noBatches}>
      {(items) => (
        <DataTable
          caption={t.batches}
          columns={[
            { title: t.created, cell: ({ id, created_at }) => <a href={`#/console/batches/${id}`}>{format.time(created_at)}</a> },
            { title: t.state, cell: ({ status }) => <BatchState status={status} /> },
            { title: t.total, cell: ({ total }) => format.number(total), isNumber: true },
            { title: t.succeeded, cell: ({ succeeded }) => format.number(succeeded), isNumber: true },
            { title: t.failed, cell: ({ failed }) => format.number(failed), isNumber: true },
            { title: t.finished, cell: ({ finished_at }) => (finished_at === null ? t.notYet : format.time(finished_at)) },
          ]}
          rows={items}
          keyOf={({ id }) => id}
        />
      )}
    </LoadedList>
  );
}
