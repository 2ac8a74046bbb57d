import { useState } from 'react';
import { type ExportDataset, type ExportKind, exportDatasets } from '../../../../contract/news-exports.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { Select } from '../../ui/field.tsx';
import { toQuery } from '../filters/filters.ts';
import { useFilters } from '../filters/use-filters.ts';
import { exportMessages } from './messages.ts';

/** Chooses content and format. The filters are those of the page. */
export function NewExport() {
  const t = useMessages(exportMessages);
  const { language } = useLanguage();
  const { filters } = useFilters();
  const [dataset, setDataset] = useState<ExportDataset>('articles');
  const [kind, setKind] = useState<ExportKind>('csv');
  const kinds: readonly ExportKind[] = exportDatasets[dataset];
  const { articles, sentiment, topics, countries, sources, weeks, report } = t;
  const create = useChange(['exports'], () =>
    client.call('createExport', { body: { kind, dataset, language, filters: toQuery(filters, Date.now()) } }),
  );
  return (
    <section className="card" aria-labelledby="new-export-title">
      <h2 id="new-export-title">{t.create}</h2>
      <p className="quiet">{t.intro}</p>
      <ActionForm action={create} onSubmit={() => create.mutate(undefined)} submit={t.submit}>
        <div className="field-grid">
          <Select
            label={t.content}
            value={dataset}
            options={{ articles, sentiment, topics, countries, sources, weeks, report }}
            onChange={(next) => {
              const offered: readonly ExportKind[] = exportDatasets[next];
              setDataset(next);
              if (!offered.includes(kind)) setKind(exportDatasets[next][0]);
            }}
          />
          <Select<string>
            label={t.format}
            value={kind}
            options={Object.fromEntries(kinds.map((each) => [each, t[each]]))}
            onChange={(value) => setKind(kinds.find((each) => each === value) ?? kind)}
          />
        </div>
      </ActionForm>
      <p role="status" className="hint">
        {create.isSuccess && t.started}
      </p>
    </section>
  );
}
