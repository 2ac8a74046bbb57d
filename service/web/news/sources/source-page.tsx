import { useState } from 'react';
import type { Source } from '../../../news/sources/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { Failure } from '../../data/failure.tsx';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useCodeNames } from '../filters/names.ts';
import { isUnderWay } from '../filters/queries.ts';
import { newsAddress } from '../filters/use-filters.ts';
import { Compliance } from './compliance.tsx';
import { FetchList } from './fetch-list.tsx';
import { sourceMessages } from './messages.ts';
import { FetchOutcome, SourceState } from './source-state.tsx';

/** One source: its state, what can be done with it, its compliance score and its fetches. */
export function SourcePage({ source }: { readonly source: Source }) {
  const t = useMessages(sourceMessages);
  const { format } = useLanguage();
  const { languageName, countryName } = useCodeNames();
  const { language, country, next_fetch_at, legal_basis, terms_url } = source;
  const facts = [
    [t.address, <ExternalLink key="url" url={source.url} />],
    [t.kind, t[source.kind]],
    ...(language === null ? [] : [[t.language, languageName(language)] as const]),
    ...(country === null ? [] : [[t.country, countryName(country)] as const]),
    [t.interval, format.number(source.interval_minutes)],
    [t.nextFetch, next_fetch_at === null ? t.notScheduled : format.time(next_fetch_at)],
    [t.basis, legal_basis === null ? t.noBasis : t[legal_basis]],
    [t.terms, terms_url === null ? t.noBasis : <ExternalLink key="terms" url={terms_url} />],
  ] as const;
  return (
    <>
      <section className="card">
        <div className="heading-row">
          <h2>{source.name}</h2>
          <span className="badges">
            <SourceState source={source} />
            {source.last_fetch && isUnderWay(source.last_fetch) && <FetchOutcome fetch={source.last_fetch} />}
          </span>
        </div>
        <Actions source={source} />
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div className="fact" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="card">
        <FetchList id={source.id} latest={source.last_fetch} />
      </section>
      <section className="card">
        <h2>{t.score}</h2>
        <Compliance score={source.compliance_score} reasons={source.compliance_reasons} />
      </section>
    </>
  );
}

const ExternalLink = ({ url }: { readonly url: string }) => (
  <a href={url} target="_blank" rel="noreferrer">
    {url}
  </a>
);

function Actions({ source }: { readonly source: Source }) {
  const t = useMessages(sourceMessages);
  const { id, is_active } = source;
  const [asks, setAsks] = useState(false);
  const lists = ['sources', 'fetches'];
  const fetchNow = useChange(lists, () => client.call('fetchSource', { params: { id } }));
  const activate = useChange(lists, () => client.call('updateSource', { params: { id }, body: { is_active: !is_active } }));
  const check = useChange(lists, () => client.call('validateSource', { params: { id } }));
  const isBusy = isUnderWay(source.last_fetch);
  return (
    <>
      <div className="actions">
        <button
          type="button"
          className="primary"
          disabled={!is_active || isBusy || fetchNow.isPending}
          onClick={() => fetchNow.mutate(undefined)}
        >
          {t.fetchNow}
        </button>
        <button type="button" disabled={activate.isPending} onClick={() => activate.mutate(undefined)}>
          {is_active ? t.pause : t.resume}
        </button>
        <button type="button" disabled={check.isPending} onClick={() => check.mutate(undefined)}>
          {check.isPending ? t.checking : t.check}
        </button>
        <a className="button" href={newsAddress(`sources/${id}/edit`, '')}>
          {t.edit}
        </a>
        <button type="button" className="danger" onClick={() => setAsks(true)}>
          {t.delete}
        </button>
      </div>
      <p role="status" className="visually-hidden">
        {isBusy && t.fetchStarted}
      </p>
      {[fetchNow, activate, check].map(({ error }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one for each action, in a fixed order
        <Failure key={index} error={error} />
      ))}
      {asks && <DeleteDialog source={source} onClose={() => setAsks(false)} />}
    </>
  );
}

function DeleteDialog({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const t = useMessages(sourceMessages);
  const remove = useChange(
    ['articles', 'analytics'],
    () => client.call('deleteSource', { params: { id: source.id } }),
    () => {
      location.hash = newsAddress('sources', '');
    },
  );
  return (
    <Dialog title={t.deleteOf(source.name)} onClose={onClose}>
      <ActionForm action={remove} onSubmit={() => remove.mutate(undefined)} submit={t.delete} isDangerous onCancel={onClose}>
        <p>{t.deleteIntro}</p>
      </ActionForm>
    </Dialog>
  );
}
