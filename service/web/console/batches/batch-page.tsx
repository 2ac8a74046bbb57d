import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BatchResponse } from '../../../batches/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { Loaded } from '../../data/loaded.tsx';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { download } from '../../ui/download.ts';
import { BatchState } from './batch-list.tsx';
import { batchMessages } from './messages.ts';
import { type BatchResult, csvOfResults, hashtagsOf, inFileOrder, linesOf, textOfResult } from './results.ts';
import { useBatch, useResults } from './use-batch.ts';

/** Progress and results of one batch. */
export function BatchPage({ id }: { readonly id: string }) {
  const t = useMessages(batchMessages);
  const batch = useBatch(id);
  return (
    <>
      <p>
        <a href="#/console/batches">{t.back}</a>
      </p>
      <Loaded query={batch}>{(data) => <BatchDetails batch={data} />}</Loaded>
    </>
  );
}

function BatchDetails({ batch }: { readonly batch: BatchResponse }) {
  const t = useMessages(batchMessages);
  const { format } = useLanguage();
  const { may } = useSession();
  const queries = useQueryClient();
  const [asks, setAsks] = useState(false);
  const finished = batch.succeeded + batch.failed;
  const results = useResults(batch.id, finished);
  const isFinished = batch.finished_at !== null;
  useEffect(() => {
    if (isFinished) void queries.invalidateQueries({ queryKey: ['batches'], exact: true });
  }, [isFinished, queries]);
  const timeOf = (time: string | null) => (time === null ? t.notYet : format.time(time));
  const facts = [
    [t.succeeded, format.number(batch.succeeded)],
    [t.failed, format.number(batch.failed)],
    [t.started, timeOf(batch.started_at)],
    [t.finished, timeOf(batch.finished_at)],
  ] as const;
  return (
    <>
      <section className="card">
        <div className="heading-row">
          <h2>{t.name(format.time(batch.created_at))}</h2>
          <BatchState status={batch.status} />
        </div>
        <div className="stack-small">
          <label htmlFor="batch-progress">{t.progress}</label>
          <progress id="batch-progress" max={batch.total} value={finished} />
          <p role="status">{t.progressText(format.number(finished), format.number(batch.total))}</p>
        </div>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div className="fact" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {!isFinished && may('Write') && (
          <div>
            <button type="button" className="danger" onClick={() => setAsks(true)}>
              {t.cancel}
            </button>
          </div>
        )}
      </section>
      <section className="card">
        <h2>{t.results}</h2>
        {finished === 0 ? (
          <div className="empty">{t.noResults}</div>
        ) : (
          <Loaded query={results}>{(lines) => <Results id={batch.id} results={inFileOrder(lines)} />}</Loaded>
        )}
      </section>
      {asks && <CancelDialog id={batch.id} onClose={() => setAsks(false)} />}
    </>
  );
}

function CancelDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useMessages(batchMessages);
  const cancel = useChange(['batches'], () => client.call('cancelBatch', { params: { id } }), onClose);
  return (
    <Dialog title={t.cancel} onClose={onClose}>
      <ActionForm action={cancel} onSubmit={() => cancel.mutate(undefined)} submit={t.cancel} isDangerous onCancel={onClose}>
        <p>{t.cancelIntro}</p>
      </ActionForm>
    </Dialog>
  );
}

/** Rows that are shown at once. */
const rowsPerPage = 50;

function Results({ id, results }: { readonly id: string; readonly results: readonly BatchResult[] }) {
  const t = useMessages(batchMessages);
  const { format } = useLanguage();
  const [count, setCount] = useState(rowsPerPage);
  const name = `batch-${id.slice(0, 8)}`;
  return (
    <>
      <div className="row">
        <button type="button" onClick={() => download(`${name}.csv`, 'text/csv', csvOfResults(results))}>
          {t.downloadCsv}
        </button>
        <button type="button" onClick={() => download(`${name}.jsonl`, 'application/jsonl', linesOf(results))}>
          {t.downloadLines}
        </button>
      </div>
      <DataTable
        caption={t.results}
        hideCaption
        columns={[
          { title: t.row, cell: ({ index }) => <span className="nowrap">{t.rowNumber(format.number(index + 1))}</span> },
          {
            title: t.state,
            cell: ({ status }) => (
              <span className={status === 'failed' ? 'badge bad' : 'badge good'}>{status === 'failed' ? t.failedState : t.done}</span>
            ),
          },
          { title: t.result, cell: (line) => <span className="caption-text">{textOfResult(line)}</span> },
          { title: t.tags, cell: hashtagsOf },
        ]}
        rows={results.slice(0, count)}
        keyOf={({ index }) => String(index)}
      />
      {results.length > count && (
        <div className="row">
          <button type="button" onClick={() => setCount(count + rowsPerPage)}>
            {t.showMore}
          </button>
          <p className="quiet">{t.shownOf(format.number(count), format.number(results.length))}</p>
        </div>
      )}
    </>
  );
}
