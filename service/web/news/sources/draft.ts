import type { LegalBasis, SourceKind } from '../../../../contract/news.ts';
import { type Candidate, type NewSource, newsSourcesShapes, type Source } from '../../../news/sources/schema.ts';

export const selectorNames = ['item', 'link', 'title', 'summary', 'date', 'author'] as const;
export type SelectorName = (typeof selectorNames)[number];

/** The fields of the form as they were typed. */
export interface Draft {
  readonly name: string;
  readonly url: string;
  readonly kind: SourceKind;
  readonly selectors: Readonly<Record<SelectorName, string>>;
  readonly language: string;
  readonly country: string;
  readonly interval_minutes: string;
  readonly terms_url: string;
  readonly legal_basis: LegalBasis | '';
  readonly is_active: boolean;
}

const mapSelectors = (of: (name: SelectorName) => string): Draft['selectors'] => ({
  item: of('item'),
  link: of('link'),
  title: of('title'),
  summary: of('summary'),
  date: of('date'),
  author: of('author'),
});

export const emptyDraft: Draft = {
  name: '',
  url: '',
  kind: 'feed',
  selectors: mapSelectors(() => ''),
  language: '',
  country: '',
  interval_minutes: '60',
  terms_url: '',
  legal_basis: '',
  is_active: true,
};

/** The form of a source that exists. */
export const draftOf = (source: Source): Draft => ({
  name: source.name,
  url: source.url,
  kind: source.kind,
  selectors: mapSelectors((name) => source.selectors?.[name] ?? ''),
  language: source.language ?? '',
  country: source.country ?? '',
  interval_minutes: String(source.interval_minutes),
  terms_url: source.terms_url ?? '',
  legal_basis: source.legal_basis ?? '',
  is_active: source.is_active,
});

const orNull = (text: string): string | null => text.trim() || null;

function selectorsOf({ kind, selectors }: Draft): NewSource['selectors'] {
  if (kind !== 'page') return null;
  const given = selectorNames.flatMap((name) => (selectors[name].trim() === '' ? [] : [[name, selectors[name].trim()] as const]));
  return { item: '', ...Object.fromEntries(given) };
}

/** The part of a source that a check reads. */
const toCandidate = (draft: Draft) => ({
  url: draft.url.trim(),
  kind: draft.kind,
  selectors: selectorsOf(draft),
  interval_minutes: Number(draft.interval_minutes),
  terms_url: orNull(draft.terms_url),
  legal_basis: draft.legal_basis || null,
});

/** The source that the form describes. */
export const toSource = (draft: Draft): NewSource => ({
  ...toCandidate(draft),
  name: draft.name.trim(),
  language: orNull(draft.language),
  country: orNull(draft.country)?.toUpperCase() ?? null,
  is_active: draft.is_active,
});

/** What can be checked already; undefined until the fields that a check needs are complete. */
export const candidateOf = (draft: Draft): Candidate | undefined =>
  newsSourcesShapes.validateNewSource.body.safeParse(toCandidate(draft)).data;
