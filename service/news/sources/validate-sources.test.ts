import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SourceKind } from '../../../contract/news.ts';
import { testDatabase as db } from '../../testing/database.ts';
import {
  type MadeHandler,
  type MadeHost,
  type MadeWeb,
  type OriginOf,
  redirects,
  sends,
  startMadeWeb,
} from '../../testing/made-web/server.ts';
import { testCaller } from '../../testing/usage-events.ts';
import { createNewsClient } from '../fetching/news-client.ts';
import { newsLimits } from '../fetching/news-limits.ts';
import { createParseDocument } from '../fetching/read-source.ts';
import { createProbe } from './probe.ts';
import { complianceColumns } from './source-store.ts';
import { createValidateSources } from './validate-sources.ts';

const items = Array.from(
  { length: 7 },
  (_, at) =>
    `<item><title>Entry ${at}</title><link>/${at}</link>${at === 0 ? '' : '<pubDate>Sun, 29 Nov 2026 12:00:00 GMT</pubDate>'}</item>`,
);
const feedOf = (entries: readonly string[]) =>
  `<rss version="2.0"><channel><title>News</title><language>en</language>${entries.join('')}</channel></rss>`;
const feed = sends(feedOf(items), { 'Content-Type': 'application/rss+xml' });
const html = { 'Content-Type': 'text/html' };
const list = sends('<article><h2><a href="/a">A</a></h2></article><article><h2><a href="/b">B</a></h2></article>', html);
const robots = (text: string) => ({ '/robots.txt': sends(text, { 'Content-Type': 'text/plain' }) });

/** A site that is down during a part of the tests. */
let isDown = false;
const feedUnlessDown: MadeHandler = (response, request) => (isDown ? sends('', {}, 500) : feed)(response, request);

const hostsAt = (origin: OriginOf): Readonly<Record<string, MadeHost>> => ({
  'feed.example.com': { '/feed': feed },
  'page.example.com': { '/list': list },
  'forbidden.example.com': { ...robots('User-agent: *\nDisallow: /feed'), '/feed': feed },
  'down.example.com': { '/robots.txt': sends('', {}, 503), '/feed': feed },
  'reserved.example.com': { '/feed': sends(feedOf(items), { 'TDM-Reservation': '1' }) },
  'slow.example.com': { ...robots('User-agent: *\nCrawl-delay: 7200'), '/feed': feed },
  'broken.example.com': { '/feed': sends('<html><p>No feed', html) },
  'empty.example.com': { '/feed': sends(feedOf([])) },
  'unsteady.example.com': { '/feed': feedUnlessDown },
  'gone.example.com': { '/feed': sends('', {}, 410) },
  'private.example.com': { '/feed': redirects(`${origin('192.168.1.1')}/feed`) },
});
const contact = 'mailto:news@example.org';
const actor = { caller: testCaller({ id: 'user:1' }), requestId: undefined };
const { signal } = new AbortController();

let web: MadeWeb;
let sources: ReturnType<typeof createValidateSources>;
beforeAll(async () => {
  web = await startMadeWeb(hostsAt);
  const times = { delayMs: 50, leaseMs: 60_000, maxWaitMs: 5000 };
  const client = createNewsClient({ db, network: web.network, times, limits: newsLimits, contact });
  const probe = createProbe({ db, client, parse: createParseDocument(newsLimits) });
  sources = createValidateSources({ db, hasContact: true, probe });
});
afterAll(async () => {
  await web.close();
  await db.destroy();
});

const urlOf = (host: string) => `${web.origin(`${host}.example.com`)}/feed`;
const terms = { terms_url: 'https://site.example.com/terms', legal_basis: 'text_and_data_mining' } as const;
const candidate = (url: string, kind: SourceKind = 'feed') => ({ url, kind, selectors: null, interval_minutes: 60, ...terms });
const validate = (host: string) => sources.validateNew(candidate(urlOf(host)), signal);
const pathsOf = (host: string) => web.requests.filter((request) => request.host === `${host}.example.com`).map(({ path }) => path);
const findingsOf = ({ compliance_reasons }: Awaited<ReturnType<typeof validate>>) =>
  Object.fromEntries(compliance_reasons.map(({ criterion, finding }) => [criterion, finding]));

describe('A validation', () => {
  test('requests robots.txt and the document once each, with the contact, and returns what it found', async () => {
    const validation = await validate('feed');
    expect(validation).toMatchObject({ is_accepted: true, compliance_score: 85, problems: [] });
    expect(validation.document).toMatchObject({ url: urlOf('feed'), title: 'News', language: 'en', found: 7 });
    expect(validation.document?.bytes).toBe(feedOf(items).length);
    expect(validation.document?.entries).toHaveLength(5);
    expect(validation.document?.entries.slice(0, 2)).toEqual([
      { url: `${web.origin('feed.example.com')}/0`, title: 'Entry 0', published_at: null },
      { url: `${web.origin('feed.example.com')}/1`, title: 'Entry 1', published_at: '2026-11-29T12:00:00.000Z' },
    ]);
    expect(pathsOf('feed')).toEqual(['/robots.txt', '/feed']);
    expect(web.requests.map(({ headers }) => headers['user-agent']).every((agent) => agent?.includes(contact))).toBe(true);
  });

  test('reads a page with its selectors, but not the pages that it links to', async () => {
    const fields = { ...candidate(`${web.origin('page.example.com')}/list`, 'page'), selectors: { item: 'article', link: 'h2 a' } };
    const { document } = await sources.validateNew(fields, signal);
    expect(document).toMatchObject({ found: 2, entries: [{ title: 'A' }, { title: 'B' }] });
    expect(pathsOf('page')).toEqual(['/robots.txt', '/list']);
  });

  test.each([
    ['forbidden', 'robots', { robots: 'disallowed' }, ['/robots.txt']],
    ['down', 'robots_unreachable', { robots: 'unreachable' }, ['/robots.txt']],
    ['broken', 'malformed', { robots: 'allowed', reservation: 'none' }, ['/robots.txt', '/feed']],
    ['empty', 'no_entries', { robots: 'allowed', reservation: 'none' }, ['/robots.txt', '/feed']],
    ['gone', 'gone', { robots: 'allowed', reservation: 'unknown' }, ['/robots.txt', '/feed']],
    ['private', 'private_address', { robots: 'allowed', reservation: 'unknown' }, ['/robots.txt', '/feed']],
  ])('of the site %s has the problem %s', async (host, reason, findings, paths) => {
    const validation = await validate(host);
    expect(validation.is_accepted).toBe(false);
    expect(validation.problems.map((problem) => problem.reason)).toEqual([reason]);
    expect(findingsOf(validation)).toMatchObject(findings);
    expect(pathsOf(host)).toEqual(paths);
  });

  test('finds that the publisher reserves rights, which excludes text and data mining', async () => {
    const validation = await validate('reserved');
    expect(findingsOf(validation)).toMatchObject({ reservation: 'reserved', legal_basis: 'reserved' });
    expect(validation).toMatchObject({ is_accepted: false, compliance_score: 60, problems: [] });
  });

  test('does not wait for a long crawl delay, and finds that the interval is shorter', async () => {
    const validation = await validate('slow');
    expect(validation.problems.map(({ reason }) => reason)).toEqual(['host_busy']);
    expect(findingsOf(validation)).toMatchObject({ robots: 'allowed', crawl_delay: 'exceeded' });
    expect(pathsOf('slow')).toEqual(['/robots.txt']);
  });
});

/** Stores a source of the made web, whose port the API would reject. */
async function store(host: string) {
  const values = {
    ...candidate(urlOf(host)),
    name: `${host} ${randomUUID()}`,
    is_active: true,
    next_fetch_at: new Date(),
    ...complianceColumns({ score: 75, reasons: [] }),
  };
  await db.deleteFrom('news_sources').where('url', '=', values.url).execute();
  return (await db.insertInto('news_sources').values(values).returning('id').executeTakeFirstOrThrow()).id;
}
const read = (id: string) =>
  db.selectFrom('news_sources').select(['is_active', 'compliance_score', 'next_fetch_at']).where('id', '=', id).executeTakeFirstOrThrow();
const auditOf = (id: string) =>
  db.selectFrom('audit_log').select(['action', 'actor', 'details']).where('object', '=', `source:${id}`).orderBy('id').execute();

describe('A validation of a stored source', () => {
  test('stores the score, and audits it once', async () => {
    const id = await store('feed');
    for (const _ of [1, 2]) expect(await sources.validate(actor, id, signal)).toMatchObject({ is_accepted: true, compliance_score: 85 });
    expect(await read(id)).toMatchObject({ is_active: true, compliance_score: 85, next_fetch_at: expect.any(Date) });
    const details = { compliance_score: 85, is_active: true };
    expect(await auditOf(id)).toEqual([{ action: 'source.validated', actor: 'user:1', details }]);
  });

  test('makes a source inactive that robots.txt forbids, and audits it', async () => {
    const id = await store('forbidden');
    expect(await sources.validate(actor, id, signal)).toMatchObject({ is_accepted: false, compliance_score: 0 });
    expect(await read(id)).toEqual({ is_active: false, compliance_score: 0, next_fetch_at: null });
    expect(await auditOf(id)).toMatchObject([{ details: { compliance_score: 0, is_active: false } }]);
  });

  test('keeps its score while its site is down', async () => {
    const id = await store('unsteady');
    await sources.validate(actor, id, signal);
    isDown = true;
    expect(await sources.validate(actor, id, signal)).toMatchObject({ is_accepted: false, compliance_score: 85 });
    expect(await read(id)).toMatchObject({ is_active: true, compliance_score: 85 });
  });

  test('stores no articles', async () => {
    const id = await store('feed');
    await sources.validate(actor, id, signal);
    expect(await db.selectFrom('news_articles').select('id').where('source_id', '=', id).execute()).toEqual([]);
  });

  test('fails with 409 if the URL is changed meanwhile', async () => {
    const id = await store('empty');
    const validation = sources.validate(actor, id, signal);
    const change = db
      .updateTable('news_sources')
      .set({ url: `${urlOf('empty')}?moved` })
      .where('id', '=', id);
    // The row was read before, and the site responds later.
    const changed = change.execute();
    await expect(validation).rejects.toMatchObject({ status: 409 });
    await changed;
    expect(await auditOf(id)).toEqual([]);
  });
});
