/** Forms of a source. `feed`: RSS, Atom or JSON Feed. `page`: a list of links that selectors find. */
export const sourceKinds = ['feed', 'sitemap', 'page'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Why an operator may fetch a source. */
export const legalBases = ['public_feed', 'licence', 'permission', 'text_and_data_mining'] as const;
export type LegalBasis = (typeof legalBases)[number];

export const fetchOutcomes = ['succeeded', 'not_modified', 'failed', 'rejected'] as const;
export type FetchOutcome = (typeof fetchOutcomes)[number];

/** Why a fetch failed, or was rejected before a request; each with its cause and what the operator can do. */
export const fetchReasons = {
  no_contact: 'NEWS_CONTACT is not set: set it to a mailto: or https: address.',
  robots: 'robots.txt forbids it.',
  robots_unreachable: 'robots.txt cannot be read, which counts as forbidden (RFC 9309): it is tried again later.',
  host_busy: 'The host requested a pause, or a longer delay than this fetch waits: it is tried again then.',
  private_address: 'The host, or the target of a redirect, has no public address.',
  unsupported_url: 'The URL, or the target of a redirect, is not http or https on the usual port.',
  redirects: 'There are too many redirects.',
  unreachable: 'The host cannot be reached.',
  timeout: 'The host took too long.',
  tls: 'The certificate of the host is not valid.',
  too_large: 'The document is too large.',
  decompression_bomb: 'The document decompresses to far more than its size.',
  invalid_response: 'The response violates HTTP, or its compression is damaged.',
  content_type: 'The document has another type than the source: check its kind.',
  malformed: 'The document cannot be parsed.',
  http_status: 'The host returned an error.',
  rate_limited: 'The host limits requests: it is tried again later.',
  gone: 'The document no longer exists: correct the URL or delete the source.',
  crashed: 'The fetch ended without a result several times: see the log of the scraper.',
} as const;
export type FetchReason = keyof typeof fetchReasons;

export const sentiments = ['positive', 'neutral', 'negative'] as const;
export type Sentiment = (typeof sentiments)[number];
