import type { LegalBasis, SourceKind } from '../../../contract/news.ts';

/** A source with a lower score cannot be active. */
export const complianceThreshold = 65;

/** Points and text of each finding, by criterion. The highest points of all criteria add up to 100. */
const criteria = {
  robots: {
    allowed: [25, 'robots.txt allows the URL.'],
    unknown: [15, 'robots.txt was not read yet: validate the source.'],
    unreachable: [15, 'robots.txt cannot be read, so that nothing is fetched (RFC 9309): validate the source again later.'],
    disallowed: [0, 'robots.txt forbids the URL: the score is 0.'],
  },
  legal_basis: {
    permission: [25, 'The publisher gave permission.'],
    licence: [25, 'A licence allows it.'],
    text_and_data_mining: [20, 'The exception for text and data mining applies, unless the publisher reserves its rights.'],
    reserved: [0, 'The publisher reserves text and data mining, which excludes this legal basis: get a licence or permission.'],
    public_feed: [15, 'The publisher offers the feed to the public.'],
    no_feed: [0, 'The source is no feed, which excludes the legal basis public_feed: name another one.'],
    missing: [0, 'No legal basis is recorded: set legal_basis.'],
  },
  terms: {
    recorded: [15, 'The address of the terms of use is recorded.'],
    missing: [0, 'The terms of use are not recorded: set terms_url.'],
  },
  https: {
    encrypted: [10, 'The source is fetched with https.'],
    plain: [0, 'The source is fetched without encryption: use its https URL if there is one.'],
  },
  contact: {
    present: [10, 'The publisher finds a contact in the User-Agent.'],
    missing: [0, 'Requests have no contact: the operator sets NEWS_CONTACT.'],
  },
  kind: {
    feed: [5, 'A feed is made for programs.'],
    sitemap: [3, 'A sitemap is made for programs, but not for readers of news.'],
    page: [0, 'A page is made for people: use the feed of the site if there is one.'],
  },
  crawl_delay: {
    obeyed: [5, 'The interval is longer than the crawl delay of the host.'],
    exceeded: [0, 'The interval is shorter than the crawl delay in robots.txt: raise interval_minutes.'],
  },
  reservation: {
    none: [5, 'The publisher reserves no rights against automatic use (TDM-Reservation, X-Robots-Tag).'],
    unknown: [0, 'Headers that reserve rights were not read yet: validate the source.'],
    reserved: [0, 'The publisher reserves rights against automatic use (TDM-Reservation, X-Robots-Tag).'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>>;
type Criteria = typeof criteria;
export type Criterion = keyof Criteria;
/** A text for each finding of each criterion. */
export type FindingTexts = { readonly [C in Criterion]: Readonly<Record<keyof Criteria[C], string>> };
type RobotsFinding = keyof Criteria['robots'];
export type ReservationFinding = keyof Criteria['reservation'];

/** What a score depends on. */
export interface ComplianceFacts {
  readonly url: string;
  readonly kind: SourceKind;
  readonly termsUrl: string | null;
  readonly legalBasis: LegalBasis | null;
  readonly intervalMinutes: number;
  /** Whether NEWS_CONTACT is set. */
  readonly hasContact: boolean;
  readonly robots: RobotsFinding;
  /** Of robots.txt; 0: none. */
  readonly crawlDelaySeconds: number;
  readonly reservation: ReservationFinding;
}

function legalBasisOf({ legalBasis, kind, reservation }: ComplianceFacts): keyof Criteria['legal_basis'] {
  if (legalBasis === 'text_and_data_mining' && reservation === 'reserved') return 'reserved';
  if (legalBasis === 'public_feed' && kind !== 'feed') return 'no_feed';
  return legalBasis ?? 'missing';
}

const findings: { readonly [C in Criterion]: (facts: ComplianceFacts) => keyof Criteria[C] } = {
  robots: ({ robots }) => robots,
  legal_basis: legalBasisOf,
  terms: ({ termsUrl }) => (termsUrl === null ? 'missing' : 'recorded'),
  https: ({ url }) => (url.startsWith('https:') ? 'encrypted' : 'plain'),
  contact: ({ hasContact }) => (hasContact ? 'present' : 'missing'),
  kind: ({ kind }) => kind,
  crawl_delay: ({ intervalMinutes, crawlDelaySeconds }) => (intervalMinutes * 60 >= crawlDelaySeconds ? 'obeyed' : 'exceeded'),
  reservation: ({ reservation }) => reservation,
};

const isCriterion = (name: string): name is Criterion => Object.hasOwn(criteria, name);
export const criterionNames: readonly Criterion[] = Object.keys(criteria).filter(isCriterion);

export interface ComplianceReason {
  readonly criterion: Criterion;
  /** Code of what was found. */
  readonly finding: string;
  readonly points: number;
  readonly max_points: number;
  readonly message: string;
}

function reasonOf(criterion: Criterion, finding: string): ComplianceReason {
  const table: Readonly<Record<string, readonly [number, string]>> = criteria[criterion];
  const [points, message] = table[finding] ?? [0, finding];
  return { criterion, finding, points, max_points: Math.max(...Object.values(table).map(([each]) => each)), message };
}

/** The score of a source, 0 to 100, and its reason for each criterion. */
export function assessCompliance(facts: ComplianceFacts) {
  const reasons = criterionNames.map((criterion) => reasonOf(criterion, findings[criterion](facts)));
  const score = facts.robots === 'disallowed' ? 0 : reasons.reduce((sum, { points }) => sum + points, 0);
  return { score, reasons };
}
export type Compliance = ReturnType<typeof assessCompliance>;
