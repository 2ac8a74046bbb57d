/** An index of PostgreSQL accepts 2704 bytes. */
const maxLength = 2000;
const maxGivenLength = 4000;

/** Parameters that say how a reader came to the page, not which page it is. */
const trackingNames = new Set(
  (
    'fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id igshid igsh mc_cid mc_eid mkt_tok _ga _gl _hsenc _hsmi ' +
    'vero_id wickedid oly_anon_id oly_enc_id s_cid ncid icid cmpid cmp ocid xtor smid smtyp sr_share guccounter guce_referrer guce_referrer_sig ' +
    '__twitter_impression spm trk trkcampaign ns_mchannel ns_source ns_campaign ns_linkname ns_fee ito amp outputtype'
  ).split(' '),
);
const trackingPrefixes = ['utm_', 'at_', 'pk_', 'mtm_', 'hsa_', 'fb_'];

function isTracking(parameter: string): boolean {
  const name = parameter.split('=', 1)[0]?.toLowerCase() ?? '';
  return trackingNames.has(name) || trackingPrefixes.some((prefix) => name.startsWith(prefix));
}

/** Characters that mean the same encoded or not (RFC 3986, 2.3). */
const isUnreserved = (character: string) => /^[\w.~-]$/.test(character);

const normalizeEncoding = (text: string) =>
  text.replace(/%(?![\da-f]{2})/gi, '%25').replace(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return isUnreserved(character) ? character : encoded.toUpperCase();
  });

/** The page behind an address of Google's AMP caches. */
function withoutAmpCache(url: URL): URL {
  const isGoogle = /^www\.google\.[a-z.]{2,6}$/.test(url.hostname) && url.pathname.startsWith('/amp/');
  const isCache = url.hostname.endsWith('.cdn.ampproject.org') && /^\/[cv]\//.test(url.pathname);
  if (!isGoogle && !isCache) return url;
  const path = url.pathname.replace(/^\/(?:amp|c|v)\//, '');
  const inner = path.startsWith('s/') ? `https://${path.slice(2)}` : `http://${path}`;
  return URL.parse(inner + url.search) ?? url;
}

/** `/2025/an-article/amp/` and `/an-article.amp` are the AMP forms of these pages; `/amp` itself may be another page. */
function withoutAmp(path: string): string {
  if (path.endsWith('.amp')) return path.slice(0, -'.amp'.length);
  if (path.endsWith('.amp.html')) return `${path.slice(0, -'.amp.html'.length)}.html`;
  const slash = path.endsWith('/') ? '/' : '';
  const suffix = `/amp${slash}`;
  return path.endsWith(suffix) && path.length > suffix.length + 1 ? path.slice(0, -suffix.length) + slash : path;
}

const withoutSession = (path: string) => path.replace(/;jsessionid=[^/;]*/i, '');

function simplify(given: string): string | undefined {
  const parsed = URL.parse(given);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined;
  const url = withoutAmpCache(parsed);
  url.username = '';
  url.password = '';
  // Pages of scripts are identified by `#!`.
  if (!url.hash.startsWith('#!')) url.hash = '';
  url.hostname = url.hostname.replace(/\.$/, '');
  url.pathname = normalizeEncoding(withoutAmp(withoutSession(url.pathname)));
  const parameters = url.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !isTracking(parameter));
  url.search = normalizeEncoding(parameters.join('&'));
  return url.href;
}

/**
 * The key of an article: its address without what does not identify it. The scheme, the host, the order of parameters and a slash at the end
 * remain, because pages may differ by them.
 * @returns undefined if it is no http or https URL, or too long
 */
export function canonicalUrl(given: string): string | undefined {
  let url: string | undefined = given.length > maxGivenLength ? undefined : given.trim();
  // An AMP address may be within another one.
  for (let previous: string | undefined; url !== undefined && url !== previous; ) {
    previous = url;
    url = simplify(url);
  }
  return url === undefined || url.length > maxLength ? undefined : url;
}
