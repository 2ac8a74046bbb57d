import { useMessages } from '../../language/provider.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { activeFilters, type FilterName, type Filters, hasOwnDates, periods, toQuery } from './filters.ts';
import { filterMessages } from './messages.ts';
import { useCodeNames } from './names.ts';

/** What can be chosen. */
export interface FilterChoices {
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly topics: readonly { readonly name: string; readonly title: string }[];
  readonly languages: readonly string[];
  readonly countries: readonly string[];
}

interface FilterBarProps {
  readonly filters: Filters;
  readonly onChange: (change: Partial<Filters>) => void;
  readonly onClear: () => void;
  readonly choices: FilterChoices;
}

/** Names of the values of each filter, for lists and for the filters in use. */
function useValueNames({ sources, topics, languages, countries }: FilterChoices) {
  const t = useMessages(filterMessages);
  const { languageName, countryName } = useCodeNames();
  const byName = (entries: readonly (readonly [string, string])[]) => entries.toSorted(([, a], [, b]) => a.localeCompare(b));
  const lists: Partial<Record<FilterName, readonly (readonly [value: string, name: string])[]>> = {
    source: byName(sources.map(({ id, name }) => [id, name])),
    topic: byName(topics.map(({ name, title }) => [name, title])),
    sentiment: [
      ['positive', t.positive],
      ['neutral', t.neutral],
      ['negative', t.negative],
    ],
    language: byName(languages.map((code) => [code, languageName(code)])),
    country: byName(countries.map((code) => [code, countryName(code)])),
  };
  const fallback: Partial<Record<FilterName, (value: string) => string>> = { language: languageName, country: countryName };
  const nameOf = (filter: FilterName, value: string) =>
    lists[filter]?.find(([each]) => each === value)?.[1] ?? fallback[filter]?.(value) ?? value;
  return { lists, nameOf };
}

/** Search, period and the other filters; those in use can be removed one by one. */
export function FilterBar({ filters, onChange, onClear, choices }: FilterBarProps) {
  const t = useMessages(filterMessages);
  const { lists, nameOf } = useValueNames(choices);
  const choose = (name: 'source' | 'topic' | 'sentiment' | 'language' | 'country') => {
    const value = filters[name] ?? '';
    const listed = lists[name] ?? [];
    // A value that is in use stays in the list, also if nothing has it.
    const shown = value === '' || listed.some(([each]) => each === value) ? listed : [...listed, [value, nameOf(name, value)] as const];
    return (
      <Select<string>
        label={t[name]}
        value={value}
        options={Object.fromEntries([['', t.all], ...shown])}
        onChange={(next) => onChange({ [name]: next || undefined })}
      />
    );
  };
  const isShownInMore = (['source', 'language', 'country', 'relevant', 'duplicates'] as const).some((name) => filters[name] !== undefined);
  return (
    <section className="card news-filters" aria-label={t.filters}>
      <SearchForm key={filters.q} q={filters.q} onSearch={(q) => onChange({ q })} />
      <div className="news-filter-grid">
        <PeriodFields filters={filters} onChange={onChange} />
        {choose('topic')}
        {choose('sentiment')}
      </div>
      <details open={isShownInMore}>
        <summary>{t.more}</summary>
        <div className="stack">
          <div className="news-filter-grid">
            {choose('source')}
            {choose('language')}
            {choose('country')}
          </div>
          <div className="row">
            <Widen name="relevant" value="any" filters={filters} onChange={onChange} />
            <Widen name="duplicates" value="include" filters={filters} onChange={onChange} />
          </div>
        </div>
      </details>
      <ActiveFilters filters={filters} nameOf={nameOf} onChange={onChange} onClear={onClear} />
    </section>
  );
}

function SearchForm({ q, onSearch }: { readonly q: string | undefined; readonly onSearch: (q: string | undefined) => void }) {
  const t = useMessages(filterMessages);
  return (
    <search>
      <form
        className="news-search"
        onSubmit={(event) => {
          event.preventDefault();
          const value = new FormData(event.currentTarget).get('q');
          onSearch(typeof value === 'string' ? value.trim() || undefined : undefined);
        }}
      >
        <TextField label={t.search} type="search" name="q" maxLength={200} defaultValue={q} placeholder={t.searchHint} />
        <button type="submit">{t.submit}</button>
      </form>
    </search>
  );
}

type ChangeProps = Pick<FilterBarProps, 'filters' | 'onChange'>;

function PeriodFields({ filters, onChange }: ChangeProps) {
  const t = useMessages(filterMessages);
  const names = { 7: t.days7, 30: t.days30, 90: t.days90, 365: t.days365 };
  const isOwn = hasOwnDates(filters);
  return (
    <>
      <Select<string>
        label={t.period}
        value={isOwn ? 'own' : String(filters.days)}
        options={{ ...names, own: t.ownDates }}
        onChange={(value) => {
          const days = periods.find((each) => String(each) === value);
          const { from, to } = toQuery(filters, Date.now());
          onChange(days === undefined ? { from, to } : { days });
        }}
      />
      {isOwn &&
        (['from', 'to'] as const).map((name) => (
          <TextField
            key={name}
            label={t[name]}
            type="date"
            value={filters[name] ?? ''}
            onChange={({ target }) => onChange({ [name]: target.value || undefined })}
          />
        ))}
    </>
  );
}

/** A filter that widens what is shown. */
function Widen({ name, value, filters, onChange }: ChangeProps & { readonly name: 'relevant' | 'duplicates'; readonly value: string }) {
  const t = useMessages(filterMessages);
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={filters[name] !== undefined}
        onChange={({ target }) => onChange({ [name]: target.checked ? value : undefined })}
      />
      {t[name]}
    </label>
  );
}

interface ActiveProps extends ChangeProps {
  readonly nameOf: (filter: FilterName, value: string) => string;
  readonly onClear: () => void;
}

function ActiveFilters({ filters, nameOf, onChange, onClear }: ActiveProps) {
  const t = useMessages(filterMessages);
  const active = activeFilters(filters);
  return (
    <div className="row">
      {active.map(([name, value]) => {
        const text = name === 'relevant' || name === 'duplicates' ? t[name] : `${t[name]}: ${nameOf(name, value)}`;
        return (
          <button
            key={name}
            type="button"
            className="news-chip"
            aria-label={t.remove(text)}
            onClick={() => onChange({ [name]: undefined })}
          >
            {text} <span aria-hidden="true">×</span>
          </button>
        );
      })}
      {active.length > 1 && (
        <button type="button" className="link" onClick={onClear}>
          {t.clear}
        </button>
      )}
      <CopyButton text={location.href} label={t.copyLink} />
    </div>
  );
}
