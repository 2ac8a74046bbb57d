import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKeyStore } from '../../accounts/key-store.ts';
import { type Client, createClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { Result } from '../../client/types.ts';
import { testDatabase as db } from '../../testing/database.ts';
import { sends, startMadeWeb } from '../../testing/made-web/server.ts';
import { startService, type TestService } from '../../testing/service.ts';
import { createTestKey } from '../../testing/test-callers.ts';
import { waitUntil } from '../../testing/wait-until.ts';

const keyStore = createKeyStore(db, { requests: 1_000_000, windowSeconds: 3600 });
const environment = { RATE_LIMIT_IP_REQUESTS: '1000000' };
let service: TestService;
let withoutContact: TestService;
let key: string;
let admin: Client;
beforeAll(async () => {
  service = await startService({ ...environment, NEWS_CONTACT: 'mailto:news@example.org' }, { keyStore });
  withoutContact = await startService(environment, { keyStore });
  key = await createTestKey('Admin');
  admin = createClient({ baseUrl: service.url, credential: key });
});
afterAll(async () => {
  await service.close();
  await withoutContact.close();
  await db.destroy();
});

let added = 0;
const newSource = () => {
  added += 1;
  const host = `site-${added}.example.com`;
  return {
    name: `Site ${added}`,
    url: `https://${host}/feed.xml`,
    kind: 'feed',
    terms_url: `https://${host}/terms`,
    legal_basis: 'public_feed',
  } as const;
};
const create = (change: object = {}) => admin.call('createSource', { body: { ...newSource(), ...change } });
const page = { kind: 'page', selectors: { item: 'article' }, legal_basis: 'text_and_data_mining' } as const;

/** The problem of a call that fails. */
async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiProblem) return error;
  throw new Error(`no problem but ${String(error)}`);
}
const pointersOf = ({ errors }: ApiProblem) => errors.map(({ pointer }) => pointer);

const auditOf = (id: string) =>
  db.selectFrom('audit_log').select(['action', 'actor', 'details']).where('object', '=', `source:${id}`).orderBy('id').execute();
const actionsOf = async (id: string) => (await auditOf(id)).map(({ action }) => action);

describe('A new source', () => {
  test('has defaults, a score with reasons, and is due now', async () => {
    const source = await create();
    expect(source).toMatchObject({
      selectors: null,
      language: null,
      country: null,
      interval_minutes: 60,
      is_active: true,
      failures: 0,
      last_fetch: null,
      compliance_score: 75,
    });
    expect(source.compliance_reasons.reduce((sum, { points }) => sum + points, 0)).toBe(75);
    expect(Date.parse(source.next_fetch_at ?? '')).toBeLessThanOrEqual(Date.now());
    expect(await admin.call('readSource', { params: { id: source.id } })).toEqual(source);
  });

  test('is stored with its URLs and language in their standard form', async () => {
    const { host } = new URL(newSource().url);
    const source = await create({
      url: `HTTPS://${host.toUpperCase()}:443/a/../feed#top`,
      terms_url: `https://${host}`,
      language: 'ES-mx',
      country: 'MX',
    });
    expect(source).toMatchObject({ url: `https://${host}/feed`, terms_url: `https://${host}/`, language: 'es-MX', country: 'MX' });
  });

  test('keeps the selectors of a page', async () => {
    const selectors = { item: 'article', link: 'h2 a', title: 'h2' };
    expect(await create({ ...page, selectors })).toMatchObject({ kind: 'page', selectors });
  });

  test.each<[string, object, string]>([
    ['a page without selectors', { kind: 'page' }, '/selectors'],
    ['a feed with selectors', { selectors: { item: 'article' } }, '/selectors'],
    ['a selector that is no CSS', { ...page, selectors: { item: 'article', link: 'h2 >>' } }, '/selectors/link'],
    ['a selector that takes long', { ...page, selectors: { item: 'div:has(a)' } }, '/selectors/item'],
    ['an unknown selector', { ...page, selectors: { item: 'article', body: 'p' } }, '/selectors/body'],
    ['a URL of another scheme', { url: 'ftp://site.example.com/feed' }, '/url'],
    ['a file', { url: 'file:///etc/passwd' }, '/url'],
    ['a URL with credentials', { url: 'https://user:pass@site.example.com/feed' }, '/url'],
    ['a URL with a user name', { url: 'https://user@site.example.com/feed' }, '/url'],
    ['an unusual port', { url: 'https://site.example.com:8443/feed' }, '/url'],
    ['a private host', { url: 'http://localhost/feed' }, '/url'],
    ['a private address', { url: 'http://169.254.169.254/latest/meta-data/' }, '/url'],
    ['a private address in another form', { url: 'http://0x7f.1/feed' }, '/url'],
    ['a name of a cluster', { url: 'http://postgres.prod.svc.cluster.local/feed' }, '/url'],
    ['terms that are no web page', { terms_url: 'mailto:terms@example.com' }, '/terms_url'],
    ['an unknown legal basis', { legal_basis: 'because' }, '/legal_basis'],
    ['an unknown language', { language: 'xx-XX' }, '/language'],
    ['an unknown country', { country: 'XX' }, '/country'],
    ['a short interval', { interval_minutes: 14 }, '/interval_minutes'],
    ['a name of spaces', { name: '  ' }, '/name'],
    ['a name with a null character', { name: 'a\0b' }, '/name'],
    ['a field that the service sets', { compliance_score: 100 }, '/compliance_score'],
  ])('is rejected with 422 for %s', async (_, change, pointer) => {
    const problem = await problemOf(create(change));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(pointersOf(problem)).toEqual([pointer]);
  });

  test('is rejected with 409 if the name or the URL is taken, in any form of the URL', async () => {
    const { name, url } = await create();
    expect(await problemOf(create({ name }))).toMatchObject({ status: 409, detail: 'A source has this name already.' });
    for (const same of [url, `${url}#fragment`, url.replace('/feed', ':443/feed')])
      expect(await problemOf(create({ url: same }))).toMatchObject({ status: 409, detail: 'A source has this URL already.' });
  });

  test('is created once for one Idempotency-Key', async () => {
    const [body, idempotencyKey] = [newSource(), randomUUID()];
    const [first, second] = await Promise.all([0, 1].map(() => admin.call('createSource', { body, idempotencyKey })));
    expect(first).toEqual(second);
  });

  test('is rejected with what lowers a score below the threshold, and is accepted as inactive', async () => {
    const poor = { terms_url: null, legal_basis: null };
    const problem = await problemOf(create(poor));
    expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining('compliance score is 45') });
    expect(pointersOf(problem)).toEqual(['', '/legal_basis', '/terms_url', '']);
    expect(await create({ ...poor, is_active: false })).toMatchObject({ compliance_score: 45, is_active: false, next_fetch_at: null });
  });

  test('is assessed with what is known about robots.txt of its host', async () => {
    const read = { next_request_at: new Date(), robots_status: 200, robots_read_at: new Date() };
    const [forbidden, slow] = [newSource(), newSource()];
    await db
      .insertInto('news_hosts')
      .values([
        { ...read, host: new URL(forbidden.url).host, robots: 'User-agent: *\nDisallow: /feed' },
        { ...read, host: new URL(slow.url).host, robots: 'User-agent: *\nCrawl-delay: 3601' },
      ])
      .execute();
    const problem = await problemOf(create(forbidden));
    expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining('compliance score is 0') });
    expect(problem.errors[0]?.message).toContain('robots.txt forbids the URL');
    const { compliance_reasons } = await create(slow);
    expect(compliance_reasons).toContainEqual(expect.objectContaining({ criterion: 'robots', finding: 'allowed' }));
    expect(compliance_reasons).toContainEqual(expect.objectContaining({ criterion: 'crawl_delay', finding: 'exceeded' }));
  });

  test('without a contact has a lower score', async () => {
    const client = createClient({ baseUrl: withoutContact.url, credential: key });
    expect(await client.call('createSource', { body: newSource() })).toMatchObject({ compliance_score: 65 });
  });
});

describe('The list of sources', () => {
  test('has each source once, by name in any case, over pages', async () => {
    for (const name of ['zebra b', 'Zebra a', 'zebra C']) await create({ name });
    const names: string[] = [];
    let after: string | null = null;
    do {
      const cursor: string | null = after;
      const { items, next }: Result<'listSources'> = await admin.call('listSources', {
        query: { limit: 2, ...(cursor !== null && { after: cursor }) },
      });
      names.push(...items.map(({ name }) => name));
      after = next;
    } while (after !== null);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(-3)).toEqual(['Zebra a', 'zebra b', 'zebra C']);
  });
});

describe('A changed source', () => {
  test('has the new fields and a new score; null removes a field', async () => {
    const { id, updated_at } = await create({ language: 'en' });
    const change = { interval_minutes: 120, language: null, legal_basis: 'licence' } as const;
    const changed = await admin.call('updateSource', { params: { id }, body: change });
    expect(changed).toMatchObject({ ...change, compliance_score: 85 });
    expect(Date.parse(changed.updated_at)).toBeGreaterThanOrEqual(Date.parse(updated_at));
  });

  test('is rejected and keeps its fields if the score would be too low, unless it becomes inactive', async () => {
    const { id } = await create();
    const poor = { legal_basis: null, terms_url: null };
    expect(await problemOf(admin.call('updateSource', { params: { id }, body: poor }))).toMatchObject({ status: 422 });
    expect(await admin.call('readSource', { params: { id } })).toMatchObject({ compliance_score: 75, legal_basis: 'public_feed' });
    const inactive = await admin.call('updateSource', { params: { id }, body: { ...poor, is_active: false } });
    expect(inactive).toMatchObject({ compliance_score: 45, is_active: false, next_fetch_at: null });
    expect(await problemOf(admin.call('updateSource', { params: { id }, body: { is_active: true } }))).toMatchObject({ status: 422 });
    const body = { is_active: true, legal_basis: 'permission', terms_url: 'https://terms.example.com/' } as const;
    expect(await admin.call('updateSource', { params: { id }, body })).toMatchObject({
      is_active: true,
      next_fetch_at: expect.any(String),
    });
  });

  test('at another URL forgets what belongs to the previous one', async () => {
    const { id } = await create();
    const [next_fetch_at, next] = [new Date(Date.now() + 3_600_000), newSource().url];
    await db
      .updateTable('news_sources')
      .set({ etag: '"a"', last_modified: 'x', failures: 3, next_fetch_at })
      .where('id', '=', id)
      .execute();
    await admin.call('updateSource', { params: { id }, body: { name: `Renamed ${id}` } });
    expect(await db.selectFrom('news_sources').select(['etag', 'failures']).where('id', '=', id).executeTakeFirst()).toEqual({
      etag: '"a"',
      failures: 3,
    });
    const moved = await admin.call('updateSource', { params: { id }, body: { url: next } });
    expect(moved).toMatchObject({
      failures: 0,
      compliance_reasons: expect.arrayContaining([expect.objectContaining({ criterion: 'reservation', finding: 'unknown' })]),
    });
    expect(Date.parse(moved.next_fetch_at ?? '')).toBeLessThanOrEqual(Date.now());
    const row = await db.selectFrom('news_sources').select(['etag', 'last_modified']).where('id', '=', id).executeTakeFirst();
    expect(row).toEqual({ etag: null, last_modified: null });
  });

  test.each<[string, object, number]>([
    ['an empty change', {}, 422],
    ['a page without selectors', { kind: 'page' }, 422],
    ['a private URL', { url: 'http://10.0.0.1/' }, 422],
    ['a selector that is no CSS', { ...page, selectors: { item: '[' } }, 422],
  ])('is rejected for %s', async (_, body, status) => {
    const { id } = await create();
    expect(await problemOf(admin.call('updateSource', { params: { id }, body }))).toMatchObject({ status });
  });

  test('is rejected with 409 for the name or URL of another source', async () => {
    const [{ id }, other] = [await create(), await create()];
    for (const body of [{ name: other.name }, { url: other.url }])
      expect(await problemOf(admin.call('updateSource', { params: { id }, body }))).toMatchObject({ status: 409 });
  });

  test('keeps both of two changes of different fields at the same time', async () => {
    const { id } = await create();
    const changes = [{ interval_minutes: 30 }, { language: 'fr' }, { country: 'FR' }, { legal_basis: 'licence' }] as const;
    await Promise.all(changes.map((body) => admin.call('updateSource', { params: { id }, body })));
    expect(await admin.call('readSource', { params: { id } })).toMatchObject({ ...Object.assign({}, ...changes), compliance_score: 85 });
  });
});

describe('A validation', () => {
  test('of a new source returns why it cannot be read, and stores nothing', async () => {
    const { name: _, ...body } = newSource();
    expect(await admin.call('validateNewSource', { body })).toMatchObject({
      is_accepted: false,
      document: null,
      problems: [{ reason: 'robots_unreachable' }],
    });
    expect(await db.selectFrom('news_sources').select('id').where('url', '=', body.url).execute()).toEqual([]);
  });

  test('without a contact requests nothing and says so', async () => {
    const client = createClient({ baseUrl: withoutContact.url, credential: key });
    const { name: _, ...body } = newSource();
    expect(await client.call('validateNewSource', { body })).toMatchObject({ compliance_score: 65, problems: [{ reason: 'no_contact' }] });
    expect(await db.selectFrom('news_hosts').select('host').where('host', '=', new URL(body.url).host).execute()).toEqual([]);
  });

  test.each(['http://192.168.1.1/feed', 'http://localhost/feed', 'https://a:b@site.example.com/feed', 'gopher://site.example.com/'])(
    'of %s is rejected before a request',
    async (url) => {
      expect(await problemOf(admin.call('validateNewSource', { body: { url, kind: 'feed' } }))).toMatchObject({ status: 422 });
    },
  );
});

describe('A fetch on request', () => {
  test('is queued once, and is in the list of fetches and in the source', async () => {
    const { id } = await create();
    const first = await admin.call('fetchSource', { params: { id } });
    expect(first).toMatchObject({ source_id: id, cause: 'request', outcome: null, started_at: null, found: 0 });
    expect(await admin.call('fetchSource', { params: { id } })).toEqual(first);
    expect((await admin.call('listSourceFetches', { params: { id } })).items).toEqual([first]);
    expect((await admin.call('readSource', { params: { id } })).last_fetch).toEqual(first);
    expect(await actionsOf(id)).toEqual(['source.created', 'source.fetch_requested']);
  });

  test('is rejected with 409 for an inactive source, and without a contact', async () => {
    const { id } = await create({ is_active: false });
    expect(await problemOf(admin.call('fetchSource', { params: { id } }))).toMatchObject({ status: 409 });
    const active = await create();
    const client = createClient({ baseUrl: withoutContact.url, credential: key });
    const problem = await problemOf(client.call('fetchSource', { params: { id: active.id } }));
    expect(problem).toMatchObject({ status: 409, detail: expect.stringContaining('NEWS_CONTACT') });
    expect(await actionsOf(active.id)).toEqual(['source.created']);
  });

  test('is done by the scraper, and its result is in the list of fetches', async () => {
    const item = '<item><title>A study</title><link>/study</link></item>';
    const feed = sends(`<rss version="2.0"><channel><title>News</title>${item}</channel></rss>`);
    const web = await startMadeWeb(() => ({ 'news.example.com': { '/feed': feed } }));
    const scraper = await startService({ ...environment, NEWS_CONTACT: 'mailto:news@example.org' }, { keyStore, newsNetwork: web.network });
    const workers = scraper.dependencies.fetching.startWorkers();
    const client = createClient({ baseUrl: scraper.url, credential: key });
    const { id } = await create();
    // A URL with a port, which the API would reject.
    await db
      .updateTable('news_sources')
      .set({ url: `${web.origin('news.example.com')}/feed` })
      .where('id', '=', id)
      .execute();
    await client.call('fetchSource', { params: { id } });
    const last = async () => (await client.call('readSource', { params: { id } })).last_fetch;
    await waitUntil(async () => (await last())?.outcome != null);
    expect(await last()).toMatchObject({ cause: 'request', outcome: 'succeeded', reason: null, http_status: 200, found: 1, added: 1 });
    expect(web.requests.map(({ path }) => path)).toEqual(['/robots.txt', '/feed']);
    for (const worker of workers) await worker.stop(5);
    await scraper.close();
    await web.close();
  });
});

describe('The list of fetches', () => {
  test('has the newest first, over pages, with outcome and reason', async () => {
    const { id } = await create();
    const rows = Array.from({ length: 5 }, (_, at) => ({
      source_id: id,
      cause: 'schedule' as const,
      queued_at: new Date(Date.UTC(2026, 10, 1 + Math.floor(at / 2))),
      finished_at: new Date(),
      outcome: 'failed' as const,
      reason: 'timeout' as const,
      detail: `attempt ${at}`,
    }));
    const stored = await db.insertInto('news_fetches').values(rows).returning(['id', 'queued_at']).execute();
    const expected = stored
      .toSorted((a, b) => b.queued_at.getTime() - a.queued_at.getTime() || (a.id < b.id ? 1 : -1))
      .map((row) => row.id);
    const first = await admin.call('listSourceFetches', { params: { id }, query: { limit: 3 } });
    expect(first.items[0]).toMatchObject({ outcome: 'failed', reason: 'timeout', detail: 'attempt 4' });
    const rest = await admin.call('listSourceFetches', { params: { id }, query: { limit: 3, after: first.next ?? '' } });
    expect([...first.items, ...rest.items].map((fetch) => fetch.id)).toEqual(expected);
    expect(rest.next).toBeNull();
    const foreign = admin.call('listSourceFetches', { params: { id: (await create()).id }, query: { after: first.next ?? '' } });
    expect(await problemOf(foreign)).toMatchObject({ status: 422 });
  });
});

describe('A deleted source', () => {
  test('takes its articles and fetches with it; the audit log stays', async () => {
    const [{ id, name, url }, other] = [await create(), await create()];
    await admin.call('fetchSource', { params: { id } });
    const article = { title: 'T', summary: 'S', published_at: new Date(), is_date_known: true, content_hash: Buffer.from('hash') };
    await db
      .insertInto('news_articles')
      .values([
        { ...article, source_id: id, url: `${url}/1` },
        { ...article, source_id: other.id, url: `${other.url}/1` },
      ])
      .execute();
    await admin.call('deleteSource', { params: { id } });
    const left = await db.selectFrom('news_articles').select('source_id').where('source_id', 'in', [id, other.id]).execute();
    expect(left).toEqual([{ source_id: other.id }]);
    expect(await db.selectFrom('news_fetches').select('id').where('source_id', '=', id).execute()).toEqual([]);
    expect(await actionsOf(id)).toEqual(['source.created', 'source.fetch_requested', 'source.deleted']);
    expect((await auditOf(id)).at(-1)?.details).toEqual({ name, url });
    for (const call of ['readSource', 'deleteSource', 'validateSource', 'fetchSource', 'listSourceFetches'] as const)
      expect(await problemOf(admin.call(call, { params: { id } }))).toMatchObject({ status: 404 });
  });
});

describe('The audit log', () => {
  test('has an entry with the actor for each change, and none for a rejected one', async () => {
    const { id } = await create();
    await admin.call('updateSource', { params: { id }, body: { interval_minutes: 90 } });
    await problemOf(admin.call('updateSource', { params: { id }, body: { legal_basis: null, terms_url: null } }));
    const entries = await auditOf(id);
    expect(entries.map(({ action }) => action)).toEqual(['source.created', 'source.changed']);
    expect(entries[1]).toMatchObject({ actor: expect.stringMatching(/^key:/), details: { interval_minutes: 90, compliance_score: 75 } });
  });
});
