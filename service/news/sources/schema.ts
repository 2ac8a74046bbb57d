import * as z from 'zod';
import { type FetchReason, fetchOutcomes, fetchReasons, legalBases, sourceKinds } from '../../../contract/news.ts';
import { listOf, pageQuery } from '../../http/pagination.ts';
import { json, noContent, noInput } from '../../http/shape.ts';
import { canonicalTag } from '../../language/language-tags.ts';
import { complianceThreshold, criterionNames } from './compliance.ts';
import { maxUrl, normalizedUrl } from './normalized-url.ts';

/** Minutes between two fetches: a quarter of an hour to a week. */
const intervals = { shortest: 15, default: 60, longest: 10_080 } as const;

/** A text for one line. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/\p{Cc}/u.test(text), 'must have no control characters');

const notUrl = { error: `must be an http or https URL of at most ${maxUrl} characters`, abort: true };
/** A URL, in the form in which it is stored. */
const webUrl = (...checks: readonly (readonly [(url: URL) => boolean, string])[]) => {
  const noCredentials = [
    ({ username, password }: URL) => username === '' && password === '',
    'must not contain a user name or password',
  ] as const;
  let schema = z
    .string()
    .max(maxUrl)
    .refine((text) => normalizedUrl(text) !== undefined, notUrl);
  for (const [holds, message] of [noCredentials, ...checks]) schema = schema.refine((text) => holds(new URL(text)), message);
  return schema.transform((text) => normalizedUrl(text) ?? text).meta({ format: 'uri' });
};

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const languageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, { abort: true })
  .refine((tag) => canonicalTag(tag) !== undefined, 'must be the BCP 47 tag of a known language, such as en or es-MX')
  .transform((tag) => canonicalTag(tag) ?? tag);
const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { abort: true })
  .refine((code) => regions.of(code) !== undefined, 'must be a country code of ISO 3166-1');

/** Their syntax is checked by the service: a parser of CSS has no place in the client. */
const selector = z.string().trim().min(1).max(200);
const selectors = z.strictObject({
  item: selector.describe('The element of each entry'),
  link: selector.optional().describe('In the item, the link; default: the first one'),
  title: selector.optional().describe('In the item, the title; default: the text of the link'),
  summary: selector.optional().describe('In the item, a summary'),
  date: selector
    .optional()
    .describe('In the item, the date: an attribute datetime or content, or the text; default: the first time element'),
  author: selector.optional().describe('In the item, the author'),
});

const described = {
  url: 'Unique URL of the feed, sitemap or page, on a host of the internet',
  language: 'BCP 47 tag of the language of its articles',
  country: 'ISO 3166-1 code of the country of the publisher, in capitals',
  terms_url: 'URL of the terms of use of the publisher',
} as const;
const fields = {
  name: line(200).describe('Unique name'),
  url: webUrl([({ port }) => port === '', 'must have the usual port of http or https']).describe(described.url),
  kind: z.enum(sourceKinds).describe('`feed`: RSS, Atom or JSON Feed; `page`: a page with a list of links'),
  selectors: selectors.nullable().describe('CSS selectors of the entries of a page; of a page only'),
  language: languageTag.nullable().describe(described.language),
  country: country.nullable().describe(described.country),
  interval_minutes: z.int().min(intervals.shortest).max(intervals.longest).describe('Minutes between two fetches'),
  is_active: z.boolean().describe('Whether it is fetched'),
  terms_url: webUrl().nullable().describe(described.terms_url),
  legal_basis: z.enum(legalBases).nullable().describe('Why you may fetch it'),
} as const;

export const selectorsRule = 'are required for a page, and for no other kind';
const withSelectors = { path: ['selectors'], error: selectorsRule };
const hasSelectors = ({ kind, selectors }: { kind: string; selectors?: object | null | undefined }) =>
  (kind === 'page') === (selectors !== null && selectors !== undefined);

const optional = {
  selectors: fields.selectors.default(null),
  interval_minutes: fields.interval_minutes.default(intervals.default),
  terms_url: fields.terms_url.default(null),
  legal_basis: fields.legal_basis.default(null),
};
const feedExample = {
  url: 'https://news.example.com/health/feed.xml',
  kind: 'feed',
  terms_url: 'https://news.example.com/terms',
  legal_basis: 'public_feed',
};

export const newSource = z
  .strictObject({
    ...fields,
    ...optional,
    language: fields.language.default(null),
    country: fields.country.default(null),
    is_active: fields.is_active.default(true),
  })
  .refine(hasSelectors, withSelectors)
  .meta({ id: 'NewSource', examples: [{ name: 'Example health news', ...feedExample, language: 'en', country: 'GB' }] });
export type NewSource = z.output<typeof newSource>;

export const sourceChange = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.values(change).some((field) => field !== undefined), 'must change a field')
  .meta({ id: 'SourceChange', minProperties: 1, examples: [{ interval_minutes: 120 }] });
export type SourceChange = z.output<typeof sourceChange>;

const candidate = z
  .strictObject({ url: fields.url, kind: fields.kind, ...optional })
  .refine(hasSelectors, withSelectors)
  .meta({ id: 'SourceCandidate', examples: [feedExample] });
export type Candidate = z.output<typeof candidate>;

const time = z.iso.datetime();
const count = z.int().min(0);
const isReason = (name: string): name is FetchReason => Object.hasOwn(fetchReasons, name);
const reason = z.enum(Object.keys(fetchReasons).filter(isReason));

const fetchExample = {
  id: '0b6f0c9e-7f3c-4b8e-9d37-0c7f6a0f5a11',
  source_id: '6f1c2f3e-1a8a-4a8e-8a59-53f4f0a1f3b2',
  cause: 'schedule',
  queued_at: '2026-11-23T16:41:13.629Z',
  started_at: '2026-11-23T16:41:14.102Z',
  finished_at: '2026-11-23T16:41:15.044Z',
  outcome: 'succeeded',
  reason: null,
  detail: null,
  http_status: 200,
  bytes: 48_211,
  found: 30,
  added: 4,
  updated: 0,
  duplicates: 1,
};
export const sourceFetch = z
  .object({
    id: z.uuid().describe('The id of the fetch'),
    source_id: z.uuid().describe('The source'),
    cause: z.enum(['schedule', 'request']).describe('Whether the schedule or an administrator caused it'),
    queued_at: time.describe('When it was queued'),
    started_at: time.nullable().describe('When it started; null: not yet'),
    finished_at: time.nullable().describe('When it ended; null: not yet'),
    outcome: z.enum(fetchOutcomes).nullable().describe('How it ended; `rejected`: before a request for the document. Null: not yet'),
    reason: reason.nullable().describe('Why it failed or was rejected'),
    detail: z.string().nullable().describe('What exactly failed'),
    http_status: z.int().nullable().describe('Status of the last response; null: there was none'),
    bytes: count.describe('Size of the document'),
    found: count.describe('Entries of the document'),
    added: count.describe('New articles'),
    updated: count.describe('Articles that had changed'),
    duplicates: count.describe('New articles with the content of another one'),
  })
  .meta({ id: 'SourceFetch', examples: [fetchExample] });
export type SourceFetch = z.output<typeof sourceFetch>;

const score = z.int().min(0).max(100).describe(`0 to 100; a source below ${complianceThreshold} cannot be active`);
export const complianceReason = z
  .object({
    criterion: z.enum(criterionNames).describe('What is assessed'),
    finding: z.string().describe('Code of what was found'),
    points: count.describe('Points of the finding'),
    max_points: count.describe('Points of the best finding'),
    message: z.string().describe('What was found, and what raises the score'),
  })
  .meta({
    id: 'ComplianceReason',
    examples: [{ criterion: 'robots', finding: 'allowed', points: 25, max_points: 25, message: 'robots.txt allows the URL.' }],
  });
const reasons = z.array(complianceReason).describe('Why the score is what it is, by criterion');

const sourceExample = {
  id: fetchExample.source_id,
  name: 'Example health news',
  ...feedExample,
  selectors: null,
  language: 'en',
  country: 'GB',
  interval_minutes: 60,
  is_active: true,
  compliance_score: 90,
  compliance_reasons: [],
  failures: 0,
  next_fetch_at: '2026-11-23T17:41:13.629Z',
  last_fetch: fetchExample,
  created_at: '2026-11-23T16:41:13.629Z',
  updated_at: '2026-11-23T16:41:13.629Z',
};
export const source = z
  .object({
    id: z.uuid().describe('The id of the source'),
    ...fields,
    url: z.string().describe(described.url),
    language: z.string().nullable().describe(described.language),
    country: z.string().nullable().describe(described.country),
    terms_url: z.string().nullable().describe(described.terms_url),
    compliance_score: score,
    compliance_reasons: reasons,
    failures: count.describe('Failed fetches since the last success'),
    next_fetch_at: time.nullable().describe('When it is fetched next; null: it is inactive'),
    last_fetch: sourceFetch.nullable().describe('The latest fetch, finished or not; null: none yet'),
    created_at: time.describe('When it was added'),
    updated_at: time.describe('When it was changed last'),
  })
  .meta({ id: 'Source', examples: [sourceExample] });
export type Source = z.output<typeof source>;

export const problemReasons = {
  ...fetchReasons,
  no_entries: 'The document has no entries: check its kind and its selectors.',
} as const;
const isProblemReason = (name: string): name is keyof typeof problemReasons => Object.hasOwn(problemReasons, name);

const foundEntry = z.object({
  url: z.string().describe('Its URL'),
  title: z.string().describe('Its title; empty if the document has none'),
  published_at: time.nullable().describe('When it was published; null: the document does not say'),
});
/** First entries in the result of a validation. */
export const maxFoundEntries = 5;
const validation = z
  .object({
    is_accepted: z.boolean().describe('Whether the source can be active, and was read without a problem'),
    compliance_score: score,
    compliance_reasons: reasons,
    document: z
      .object({
        url: z.string().describe('Its URL, after redirects'),
        bytes: count.describe('Its size'),
        title: z.string().nullable().describe('Its title'),
        language: z.string().nullable().describe('The language that it declares'),
        found: count.describe('Its entries'),
        entries: z.array(foundEntry).describe(`Its first ${maxFoundEntries} entries`),
      })
      .nullable()
      .describe('What was found; null: the document could not be read'),
    problems: z
      .array(
        z.object({
          reason: z.enum(Object.keys(problemReasons).filter(isProblemReason)).describe('Code of the problem'),
          message: z.string().describe('What is wrong, and what to do'),
        }),
      )
      .describe('Why a fetch would not find articles now; empty: it would'),
  })
  .meta({
    id: 'SourceValidation',
    examples: [
      {
        is_accepted: false,
        compliance_score: 0,
        compliance_reasons: [],
        document: null,
        problems: [{ reason: 'robots', message: fetchReasons.robots }],
      },
    ],
  });
export type Validation = z.output<typeof validation>;

const params = z.object({ id: z.uuid().describe('The id of the source') });
const sourceList = listOf(source).meta({ id: 'Sources', examples: [{ items: [sourceExample], next: null }] });
const fetchList = listOf(sourceFetch).meta({ id: 'SourceFetches', examples: [{ items: [fetchExample], next: null }] });

export const newsSourcesShapes = {
  createSource: { ...noInput, body: newSource, answer: json(source, 201) },
  listSources: { ...noInput, query: pageQuery(line(200)), answer: json(sourceList) },
  readSource: { ...noInput, params, answer: json(source) },
  updateSource: { ...noInput, params, body: sourceChange, answer: json(source) },
  deleteSource: { ...noInput, params, answer: noContent },
  validateNewSource: { ...noInput, body: candidate, answer: json(validation) },
  validateSource: { ...noInput, params, answer: json(validation) },
  fetchSource: { ...noInput, params, answer: json(sourceFetch, 202) },
  listSourceFetches: { ...noInput, params, query: pageQuery(z.uuid()), answer: json(fetchList) },
};
