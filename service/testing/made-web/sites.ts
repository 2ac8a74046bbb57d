import { gzipSync } from 'node:zlib';
import type { SourceKind } from '../../../contract/news.ts';
import { articlePage, articles, atom, jsonFeed, listPage, rdf, rss, sitemap, sitemapIndex } from './documents.ts';
import { type MadeAddresses, type MadeHandler, type MadeHost, type OriginOf, redirects, sends } from './server.ts';

/** A site of the made web. */
export interface MadeSite {
  readonly host: string;
  /** Of the source; an absolute URL for one of another place. */
  readonly path?: string;
  readonly kind?: SourceKind;
  readonly selectors?: object;
  readonly robots?: MadeHandler;
  readonly paths?: MadeHost;
  /** Outcome and reason of the first fetch, and the articles that it adds; undefined: it succeeds. */
  readonly expected?: string;
}

const allowAll = 'User-agent: *\nAllow: /';
const robotsText = (text: string) => sends(text, { 'Content-Type': 'text/plain' });
const forbidAll = robotsText('User-agent: *\nDisallow: /');

/** Writes without an end. */
const flood: MadeHandler = (response) => {
  const chunk = Buffer.alloc(1 << 16, 'a');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more).writeHead(200, { 'Content-Type': 'application/xml' });
  more();
};
const html = { 'Content-Type': 'text/html; charset=utf-8' };
/** The pages of articles, by path. */
const pagesOf = (origin: string, count: number): MadeHost =>
  Object.fromEntries(articles(origin, count).map((article) => [new URL(article.url).pathname, sends(articlePage(article), html)]));

/** Returns 304 if the validator is that of the document. */
const validated =
  (body: string): MadeHandler =>
  (response, request) =>
    request.headers['if-none-match'] === '"v1"'
      ? response.writeHead(304).end()
      : response.writeHead(200, { ETag: '"v1"', 'Last-Modified': 'Sun, 29 Nov 2026 10:00:00 GMT', 'Set-Cookie': 'id=1' }).end(body);

/** Sends the next body with each request, then the last one. */
function inTurn(...bodies: readonly string[]): MadeHandler {
  let request = 0;
  return (response, ...rest) => {
    const body = bodies[Math.min(request, bodies.length - 1)] ?? '';
    request += 1;
    return sends(body)(response, ...rest);
  };
}

const press = { title: 'Mobile clinic visits the coast' };
const pressText =
  'A mobile clinic will visit twelve villages of the coast this autumn and offer free examinations to women above forty years of age who have no hospital nearby. The regional ministry of health pays for the tour, which starts on Monday in the harbour and ends in December in the hills. Two nurses and a radiologist travel with the bus and send the images to the university hospital, where specialists read them within a week and call the patients for a second appointment.';

/** The sites, with one feed of each kind, and of what goes wrong in the wild. */
export function madeSites(origin: OriginOf): readonly MadeSite[] {
  const feed = (host: string, count = 3) => sends(rss(articles(origin(host), count)));
  return [
    { host: 'rss.test', paths: { '/feed': feed('rss.test') }, expected: 'succeeded +3' },
    { host: 'atom.test', paths: { '/feed': sends(atom(articles(origin('atom.test'), 2))) }, expected: 'succeeded +2' },
    { host: 'rdf.test', paths: { '/feed': sends(rdf(articles(origin('rdf.test'), 2))) }, expected: 'succeeded +2' },
    {
      host: 'json.test',
      paths: { '/feed': sends(jsonFeed(articles(origin('json.test'), 2)), { 'Content-Type': 'application/feed+json' }) },
      expected: 'succeeded +2',
    },
    {
      host: 'sitemap.test',
      kind: 'sitemap',
      paths: { '/feed': sends(sitemap(articles(origin('sitemap.test'), 3))), ...pagesOf(origin('sitemap.test'), 3) },
      expected: 'succeeded +3',
    },
    {
      host: 'sitemap-index.test',
      kind: 'sitemap',
      paths: {
        '/feed': sends(sitemapIndex([`${origin('sitemap-index.test')}/news.xml.gz`])),
        '/news.xml.gz': sends(gzipSync(sitemap(articles(origin('sitemap-index.test'), 2))), { 'Content-Type': 'application/gzip' }),
        ...pagesOf(origin('sitemap-index.test'), 2),
      },
      expected: 'succeeded +2',
    },
    {
      host: 'page.test',
      kind: 'page',
      selectors: { item: 'li.news' },
      robots: robotsText('User-agent: *\nDisallow: /articles/2'),
      paths: {
        '/feed': sends(
          listPage([
            ...articles(origin('page.test'), 3),
            { url: origin('10.0.0.1'), title: 'A link to a private address' },
            { url: `${origin('forbidden.test')}/page`, title: 'A page that robots.txt of its host forbids' },
          ]),
          html,
        ),
        ...pagesOf(origin('page.test'), 3),
      },
      // Of the last three, the list has the titles, but no page was requested.
      expected: 'succeeded +4',
    },
    { host: 'validated.test', paths: { '/feed': validated(rss(articles(origin('validated.test'), 2))) }, expected: 'succeeded +2' },
    {
      host: 'changing.test',
      paths: {
        '/feed': inTurn(
          rss(articles(origin('changing.test'), 2)),
          rss(
            articles(origin('changing.test'), 3).map((article, index) =>
              index === 0 ? { ...article, title: 'Another title than before' } : article,
            ),
          ),
        ),
      },
      expected: 'succeeded +2',
    },
    { host: 'empty.test', paths: { '/feed': sends(rss([])) }, expected: 'succeeded +0' },
    {
      host: 'large.test',
      paths: { '/feed': sends(rss(articles(origin('large.test'), 10_000).map((article) => ({ ...article, summary: '' })))) },
      expected: 'succeeded +1000',
    },
    {
      host: 'gzip.test',
      paths: { '/feed': sends(gzipSync(rss(articles(origin('gzip.test'), 3))), { 'Content-Encoding': 'gzip' }) },
      expected: 'succeeded +3',
    },
    {
      host: 'latin1.test',
      paths: {
        '/feed': sends(
          Buffer.from(
            rss(
              [{ url: `${origin('latin1.test')}/a`, title: 'Prevención y diagnóstico en la niñez', summary: 'Año' }],
              '<?xml version="1.0" encoding="ISO-8859-1"?>',
            ),
            'latin1',
          ),
        ),
      },
      expected: 'succeeded +1',
    },
    {
      host: 'mislabelled.test',
      paths: {
        '/feed': sends(
          Buffer.from(
            rss([{ url: `${origin('mislabelled.test')}/a`, title: 'Detección temprana según médicos', summary: 'Año' }]),
            'latin1',
          ),
          { 'Content-Type': 'application/rss+xml; charset=utf-8' },
        ),
      },
      expected: 'succeeded +1',
    },
    {
      host: 'broken-xml.test',
      paths: {
        '/feed': sends(
          `<rss><channel><item><title>Fish & chips <b>are back</title><link>${origin('broken-xml.test')}/a</link></item><item><title>Cut off in the mid`,
        ),
      },
      expected: 'succeeded +1',
    },
    {
      host: 'noise.test',
      paths: { '/feed': sends(Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251))) },
      expected: 'failed malformed',
    },
    {
      host: 'html.test',
      paths: { '/feed': sends('<!doctype html><p>Hello', { 'Content-Type': 'text/html' }) },
      expected: 'failed malformed',
    },
    { host: 'image.test', paths: { '/feed': sends('PNG', { 'Content-Type': 'image/png' }) }, expected: 'failed content_type' },
    { host: 'missing.test', expected: 'failed http_status' },
    { host: 'gone.test', paths: { '/feed': sends('', {}, 410) }, expected: 'failed gone' },
    { host: 'failing.test', paths: { '/feed': sends('', {}, 500) }, expected: 'failed http_status' },
    { host: 'limited.test', paths: { '/feed': sends('', { 'Retry-After': '3600' }, 429) }, expected: 'failed rate_limited' },
    { host: 'overloaded.test', paths: { '/feed': sends('', { 'Retry-After': '7200' }, 503) }, expected: 'failed rate_limited' },
    { host: 'moved.test', paths: { '/feed': redirects('/new', 301), '/new': feed('moved.test') }, expected: 'succeeded +3' },
    { host: 'loop.test', paths: { '/feed': redirects('/again'), '/again': redirects('/feed') }, expected: 'failed redirects' },
    { host: 'to-private.test', paths: { '/feed': redirects(origin('10.0.0.1')) }, expected: 'rejected private_address' },
    { host: 'to-metadata.test', paths: { '/feed': redirects(`${origin('metadata.test')}/latest`) }, expected: 'rejected private_address' },
    { host: 'to-ftp.test', paths: { '/feed': redirects('ftp://rss.test/feed') }, expected: 'rejected unsupported_url' },
    { host: 'to-forbidden.test', paths: { '/feed': redirects(`${origin('forbidden.test')}/feed`) }, expected: 'rejected robots' },
    { host: 'private.test', expected: 'rejected private_address' },
    { host: 'mixed.test', expected: 'rejected private_address' },
    // The name resolves to a public address for robots.txt, then to a private one.
    { host: 'rebinding.test', paths: { '/feed': feed('rebinding.test') }, expected: 'rejected private_address' },
    { host: 'other-port.test', path: 'http://other-port.test:8081/feed', expected: 'rejected unsupported_url' },
    { host: 'unknown.test', path: `${origin('no-such-host.test')}/feed`, expected: 'rejected robots_unreachable' },
    { host: 'silent.test', paths: { '/feed': () => {} }, expected: 'failed timeout' },
    {
      host: 'stalled.test',
      paths: { '/feed': (response) => response.writeHead(200, { 'Content-Type': 'text/xml' }).write('<rss>') },
      expected: 'failed timeout',
    },
    { host: 'endless.test', paths: { '/feed': flood }, expected: 'failed too_large' },
    {
      host: 'bomb.test',
      paths: { '/feed': sends(gzipSync(Buffer.alloc(32 << 20)), { 'Content-Encoding': 'gzip' }) },
      expected: 'failed decompression_bomb',
    },
    {
      host: 'no-http.test',
      paths: { '/feed': (response) => response.socket?.end('NOT HTTP\r\n\r\n') },
      expected: 'failed invalid_response',
    },
    { host: 'forbidden.test', robots: forbidAll, paths: { '/feed': feed('forbidden.test') }, expected: 'rejected robots' },
    {
      host: 'partly.test',
      path: '/private/feed',
      robots: robotsText('User-agent: leyenda\nDisallow: /private\n\nUser-agent: *\nAllow: /'),
      paths: { '/private/feed': feed('partly.test') },
      expected: 'rejected robots',
    },
    {
      host: 'robots-down.test',
      robots: sends('', {}, 503),
      paths: { '/feed': feed('robots-down.test') },
      expected: 'rejected robots_unreachable',
    },
    {
      host: 'robots-reset.test',
      robots: (response) => response.destroy(),
      paths: { '/feed': feed('robots-reset.test') },
      expected: 'rejected robots_unreachable',
    },
    {
      host: 'robots-moved.test',
      robots: redirects(`${origin('rss.test')}/robots.txt`),
      paths: { '/feed': feed('robots-moved.test') },
      expected: 'succeeded +3',
    },
    {
      host: 'long-robots.test',
      robots: robotsText(`${allowAll}\n${'# a comment\n'.repeat(100_000)}Disallow: /feed`),
      paths: { '/feed': feed('long-robots.test') },
      expected: 'succeeded +3',
    },
    {
      host: 'slow-crawl.test',
      robots: robotsText('User-agent: *\nCrawl-delay: 0.4'),
      paths: { '/feed': feed('slow-crawl.test') },
      expected: 'succeeded +3',
    },
    {
      host: 'hourly-crawl.test',
      robots: robotsText('User-agent: *\nCrawl-delay: 3600'),
      paths: { '/feed': feed('hourly-crawl.test') },
      expected: 'rejected host_busy',
    },
    {
      host: 'private-links.test',
      paths: {
        '/feed': sends(
          rss(
            [
              'http://10.0.0.1/admin',
              'http://localhost/',
              'http://printer.local/',
              'javascript:alert(1)',
              `${origin('private-links.test')}/a`,
            ].map((url, index) => ({
              url,
              title: `A link with the number ${index}`,
              summary: '',
            })),
          ),
        ),
      },
      expected: 'succeeded +1',
    },
    {
      host: 'tracking.test',
      paths: {
        '/feed': sends(
          rss(
            ['', '?utm_source=feed', '#top'].map((suffix) => ({
              url: `${origin('tracking.test')}/a${suffix}`,
              title: 'One article with three links',
              summary: '',
            })),
          ),
        ),
      },
      expected: 'succeeded +1',
    },
  ];
}

/** Two sites that print the same press release with small changes; either may be fetched first. */
export const pressSites = (origin: OriginOf): readonly MadeSite[] =>
  ['press-a.test', 'press-b.test'].map((host, index) => ({
    host,
    paths: {
      '/feed': sends(
        rss([{ ...press, url: `${origin(host)}/release`, summary: index === 0 ? pressText : pressText.replace('twelve', 'ten') }]),
      ),
    },
  }));

/** Names that resolve to other addresses than that of the made web. */
export const madeAddresses: MadeAddresses = {
  'private.test': [['10.0.0.1']],
  'metadata.test': [['169.254.169.254']],
  'mixed.test': [['127.0.0.1', '10.0.0.1']],
  'rebinding.test': [['127.0.0.1'], ['10.0.0.1']],
};

export const toHosts = (sites: readonly MadeSite[]): Readonly<Record<string, MadeHost>> =>
  Object.fromEntries(sites.map(({ host, robots, paths }) => [host, { ...paths, ...(robots !== undefined && { '/robots.txt': robots }) }]));
