import { useState } from 'react';
import { sourceKinds } from '../../../../contract/news.ts';
import type { Source } from '../../../news/sources/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useFieldErrors } from '../../data/failure.tsx';
import { useChange } from '../../data/queries.ts';
import { useMessages } from '../../language/provider.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { useCodeNames } from '../filters/names.ts';
import { newsAddress } from '../filters/use-filters.ts';
import { candidateOf, type Draft, draftOf, emptyDraft, type SelectorName, selectorNames, toSource } from './draft.ts';
import { sourceMessages } from './messages.ts';
import { ValidationResult } from './validation-result.tsx';

type Change = (change: Partial<Draft>) => void;
type ErrorOf = (pointer: string) => string | undefined;
interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: Change;
  readonly errorOf: ErrorOf;
}

const shownErrors = ['/name', '/url', '/kind', '/language', '/country', '/interval_minutes', '/terms_url', '/legal_basis', '/selectors'];

/** Adds or changes a source. The result of a check is beside the form. */
export function SourceForm({ source }: { readonly source?: Source }) {
  const t = useMessages(sourceMessages);
  const [draft, setDraft] = useState<Draft>(source ? draftOf(source) : emptyDraft);
  const [checked, setChecked] = useState(source && candidateOf(draftOf(source)));
  const address = source ? `sources/${source.id}` : 'sources';
  const save = useChange(
    ['sources', 'fetches'],
    () =>
      source
        ? client.call('updateSource', { params: { id: source.id }, body: toSource(draft) })
        : client.call('createSource', { body: toSource(draft) }),
    ({ id }) => {
      location.hash = newsAddress(`sources/${id}`, '');
    },
  );
  const errorOf = useFieldErrors(save.error);
  const onChange: Change = (change) => setDraft((before) => ({ ...before, ...change }));
  return (
    <div className="news-form">
      {/* The check requests the document: not with each letter, but when a field is left. */}
      <section className="card" onBlur={() => setChecked(candidateOf(draft) ?? checked)} aria-label={source ? t.edit : t.add}>
        <ActionForm
          action={save}
          onSubmit={() => save.mutate(undefined)}
          submit={source ? t.save : t.add}
          onCancel={() => {
            location.hash = newsAddress(address, '');
          }}
          fields={shownErrors}
        >
          <Identity draft={draft} onChange={onChange} errorOf={errorOf} />
          {draft.kind === 'page' && <Selectors draft={draft} onChange={onChange} errorOf={errorOf} />}
          <Origin draft={draft} onChange={onChange} errorOf={errorOf} />
          <Rules draft={draft} onChange={onChange} errorOf={errorOf} />
        </ActionForm>
      </section>
      <ValidationResult candidate={checked} />
    </div>
  );
}

function Identity({ draft, onChange, errorOf }: FieldsProps) {
  const t = useMessages(sourceMessages);
  return (
    <>
      <TextField
        label={t.name}
        value={draft.name}
        required
        maxLength={200}
        error={errorOf('/name')}
        onChange={({ target }) => onChange({ name: target.value })}
      />
      <TextField
        label={t.address}
        type="url"
        value={draft.url}
        required
        placeholder="https://"
        autoComplete="off"
        error={errorOf('/url')}
        onChange={({ target }) => onChange({ url: target.value })}
      />
      <Select
        label={t.kind}
        value={draft.kind}
        options={{ feed: t.feed, sitemap: t.sitemap, page: t.page }}
        error={errorOf('/kind')}
        onChange={(value) => onChange({ kind: sourceKinds.find((each) => each === value) ?? draft.kind })}
      />
    </>
  );
}

function Selectors({ draft, onChange, errorOf }: FieldsProps) {
  const t = useMessages(sourceMessages);
  const examples: Partial<Record<SelectorName, string>> = { item: 'article', link: 'h2 a', title: 'h2', date: 'time' };
  return (
    <fieldset className="stack-small">
      <legend className="legend-title">{t.selectors}</legend>
      <p className="hint">{errorOf('/selectors') ?? t.selectorsHint}</p>
      <div className="field-grid">
        {selectorNames.map((name) => (
          <TextField
            key={name}
            label={t[name]}
            value={draft.selectors[name]}
            required={name === 'item'}
            maxLength={200}
            placeholder={examples[name] ?? t.optional}
            error={errorOf(`/selectors/${name}`)}
            onChange={({ target }) => onChange({ selectors: { ...draft.selectors, [name]: target.value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Origin({ draft, onChange, errorOf }: FieldsProps) {
  const t = useMessages(sourceMessages);
  const { languageName, countryName } = useCodeNames();
  return (
    <div className="field-grid">
      <TextField
        label={t.language}
        value={draft.language}
        maxLength={35}
        autoComplete="off"
        hint={draft.language.length > 1 ? languageName(draft.language.trim()) : t.languageHint}
        error={errorOf('/language')}
        onChange={({ target }) => onChange({ language: target.value })}
      />
      <TextField
        label={t.country}
        value={draft.country}
        maxLength={2}
        autoComplete="off"
        hint={draft.country.length === 2 ? countryName(draft.country.toUpperCase()) : t.countryHint}
        error={errorOf('/country')}
        onChange={({ target }) => onChange({ country: target.value })}
      />
      <TextField
        label={t.interval}
        type="number"
        min={15}
        max={10_080}
        required
        value={draft.interval_minutes}
        error={errorOf('/interval_minutes')}
        onChange={({ target }) => onChange({ interval_minutes: target.value })}
      />
    </div>
  );
}

function Rules({ draft, onChange, errorOf }: FieldsProps) {
  const t = useMessages(sourceMessages);
  const bases = {
    '': t.noBasis,
    public_feed: t.public_feed,
    licence: t.licence,
    permission: t.permission,
    text_and_data_mining: t.text_and_data_mining,
  };
  return (
    <>
      <Select
        label={t.basis}
        hint={t.basisHint}
        value={draft.legal_basis}
        options={bases}
        error={errorOf('/legal_basis')}
        onChange={(legal_basis) => onChange({ legal_basis })}
      />
      <TextField
        label={t.terms}
        type="url"
        value={draft.terms_url}
        placeholder="https://"
        autoComplete="off"
        error={errorOf('/terms_url')}
        onChange={({ target }) => onChange({ terms_url: target.value })}
      />
      <label className="check">
        <input type="checkbox" checked={draft.is_active} onChange={({ target }) => onChange({ is_active: target.checked })} />
        {t.isActive}
      </label>
    </>
  );
}
