import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { queueDefinitions } from '../../database/job-queues.ts';
import { createJobQueues } from '../../database/queue.ts';
import type { Worker } from '../../database/queue-worker.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { testDatabase as db, testSqlExecutor } from '../../testing/database.ts';
import { type MadeWeb, startMadeWeb } from '../../testing/made-web/server.ts';
import { type MadeSite, madeAddresses, madeSites, pressSites, toHosts } from '../../testing/made-web/sites.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { createFetching, type Fetching, type FetchJob } from './fetching.ts';
import { newsLimits } from './news-limits.ts';

const delayMs = 50;
const contact = 'mailto:news@example.org';
const limits = { ...newsLimits, idleMs: 4000, totalMs: 12_000 };
const log = createLogger('silent', { write: () => {} });

let web: MadeWeb;
let sites: readonly MadeSite[];
let worker: Worker | undefined;
/** Every address that this process tried to connect to. */
const addresses = new Set<string>();
const watch = (message: unknown) => {
  const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined;
  if (socket instanceof Socket) socket.on('connectionAttempt', (address: string) => void addresses.add(address));
};

interface Row {
  readonly name: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly found: number;
  readonly added: number;
  readonly updated: number;
  readonly duplicates: number;
}
const resultOf = ({ outcome, reason, added }: Row) => (outcome === 'succeeded' ? `succeeded +${added}` : `${outcome} ${reason}`);
const requestsTo = (host: string) => web.requests.filter((request) => request.host === host);
const pathsOf = (host: string) => requestsTo(host).map(({ path }) => path);

const readRows = (): Promise<Row[]> =>
  db
    .selectFrom('news_fetches')
    .innerJoin('news_sources', 'news_sources.id', 'news_fetches.source_id')
    .select(['name', 'outcome', 'reason', 'detail', 'found', 'added', 'updated', 'duplicates'])
    .orderBy('queued_at', 'desc')
    .execute();
/** The source of a host, with the minutes from its first or last fetch to its next one. */
const sourceOf = (host: string, fetched: 'first' | 'last' = 'last') =>
  db
    .selectFrom('news_sources')
    .selectAll()
    .select(({ selectFrom }) => {
      const at = selectFrom('news_fetches')
        .whereRef('source_id', '=', 'news_sources.id')
        .select(({ fn }) => (fetched === 'first' ? fn.min('finished_at') : fn.max('finished_at')).as('at'));
      return sql<number>`extract(epoch from next_fetch_at - ${at})::float8 / 60`.as('minutes');
    })
    .where('name', '=', host)
    .executeTakeFirstOrThrow();

let fetching: Fetching;
/** Fetches the sources that are due. */
async function fetchDue(): Promise<void> {
  const [schedule] = fetching.workerTasks;
  await schedule?.run();
  await waitUntil(async () => {
    const { unfinished } = await db
      .selectFrom('news_fetches')
      .select(({ fn }) => fn.countAll<string>().as('unfinished'))
      .where('finished_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(unfinished) === 0;
  });
}

let rows: readonly Row[] = [];
const metrics = createMetrics();

beforeAll(async () => {
  subscribe('net.client.socket', watch);
  web = await startMadeWeb((origin) => {
    sites = [...madeSites(origin), ...pressSites(origin)];
    return toHosts(sites);
  }, madeAddresses);
  await db
    .insertInto('news_sources')
    .values(
      sites.map(({ host, path = '/feed', kind = 'feed', selectors }) => ({
        name: host,
        url: URL.canParse(path) ? path : `${web.origin(host)}${path}`,
        kind,
        selectors: selectors === undefined ? null : JSON.stringify(selectors),
        interval_minutes: 60,
        is_active: true,
        compliance_score: 100,
        compliance_reasons: '[]',
        next_fetch_at: new Date(0),
      })),
    )
    .execute();
  fetching = createFetching({
    db,
    queue: createJobQueues(db, testSqlExecutor, log, { supervise: true }).open<FetchJob>(queueDefinitions.newsFetches),
    network: web.network,
    times: { delayMs, leaseMs: 60_000, maxWaitMs: 60_000 },
    limits,
    contact,
    metrics,
    log,
  });
  [worker] = fetching.startWorkers();
  await fetchDue();
  rows = await readRows();
});
afterAll(async () => {
  await worker?.stop(10);
  unsubscribe('net.client.socket', watch);
  await web.close();
  await db.destroy();
});

describe('The made web', () => {
  test('is fetched as the table of its sites says', () => {
    const lines = rows.map((row) => `${row.name.padEnd(20)} ${resultOf(row).padEnd(29)} ${row.detail ?? ''}`);
    process.stderr.write(`${lines.toSorted().join('\n')}\n`);
    expect(rows).toHaveLength(sites.length);
    expect(Object.fromEntries(rows.map((row) => [row.name, resultOf(row)]))).toEqual(
      Object.fromEntries(sites.map(({ host, expected }) => [host, expected ?? expect.stringMatching(/^succeeded/)])),
    );
  });

  test('gets no request that robots.txt of a host forbids', () => {
    for (const host of ['forbidden.test', 'partly.test', 'robots-down.test', 'robots-reset.test', 'hourly-crawl.test']) {
      expect([host, pathsOf(host)]).toEqual([host, ['/robots.txt']]);
    }
    expect(pathsOf('page.test')).toEqual(['/robots.txt', '/feed', '/articles/0', '/articles/1']);
  });

  test('gets no connection to another address than its own', () => {
    expect([...addresses]).toEqual(['127.0.0.1']);
    for (const host of ['private.test', 'mixed.test', 'metadata.test', '10.0.0.1']) expect(pathsOf(host)).toEqual([]);
    expect(pathsOf('rebinding.test')).toEqual(['/robots.txt']);
  });

  test('gets requests to one host one after another, never faster than the delay, nor than that of robots.txt', () => {
    for (const host of new Set(web.requests.map((request) => request.host))) {
      const times = requestsTo(host).map(({ at }) => at);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect([host, gaps.filter((gap) => gap < (host === 'slow-crawl.test' ? 400 : delayMs))]).toEqual([host, []]);
    }
    expect(web.requests.length).toBeGreaterThan(sites.length);
  });

  test('gets robots.txt of a host first, and once', () => {
    for (const { host } of sites) {
      const paths = pathsOf(host);
      if (paths.length > 0 && host !== 'rss.test')
        expect([host, paths.indexOf('/robots.txt'), paths.lastIndexOf('/robots.txt')]).toEqual([host, 0, 0]);
    }
  });

  test('gets the User-Agent with the contact, and neither cookies nor credentials', () => {
    expect(new Set(web.requests.map(({ headers }) => headers['user-agent']))).toEqual(new Set([`Leyenda/4 (+${contact})`]));
    const names = new Set(web.requests.flatMap(({ headers }) => Object.keys(headers)));
    expect([...names].sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  test('has one article of two that are almost the same', async () => {
    const press = rows.filter(({ name }) => name.startsWith('press-'));
    expect(press.map(({ added, duplicates }) => [added, duplicates]).toSorted()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const { rows: articles } = await sql<{ is_duplicate: boolean }>`
      select duplicate_of is not null as is_duplicate from news_articles where url like '%press-%' order by id`.execute(db);
    expect(articles).toEqual([{ is_duplicate: false }, { is_duplicate: true }]);
  });

  test('is stored as titles, summaries and links, in the right encoding', async () => {
    const titles = await db
      .selectFrom('news_articles')
      .select('title')
      .where(
        'url',
        'in',
        ['latin1.test', 'mislabelled.test', 'tracking.test'].map((host) => `${web.origin(host)}/a`),
      )
      .orderBy('title')
      .execute();
    expect(titles.map(({ title }) => title)).toEqual([
      'Detección temprana según médicos',
      'One article with three links',
      'Prevención y diagnóstico en la niñez',
    ]);
    const pages = await db
      .selectFrom('news_articles')
      .select(['title', 'summary', 'is_date_known'])
      .where('url', 'like', '%/sitemap.test%')
      .execute();
    expect(pages).toHaveLength(3);
    for (const page of pages)
      expect(page).toEqual({
        title: expect.stringMatching(/^Article sitemap/),
        summary: expect.stringContaining('early detection'),
        is_date_known: true,
      });
  });

  test('is fetched again after the interval, later after each failure, and after what a host requested', async () => {
    expect(await sourceOf('rss.test')).toMatchObject({ failures: 0, minutes: expect.closeTo(60, 0) });
    expect(await sourceOf('missing.test')).toMatchObject({ failures: 1, minutes: expect.closeTo(120, 0) });
    expect(await sourceOf('hourly-crawl.test')).toMatchObject({ failures: 0, minutes: expect.closeTo(60, 0) });
    await db
      .updateTable('news_sources')
      .set({ next_fetch_at: new Date(0), interval_minutes: 15 })
      .where('name', 'in', ['missing.test', 'limited.test'])
      .execute();
    await fetchDue();
    expect(await sourceOf('missing.test')).toMatchObject({ failures: 2, minutes: expect.closeTo(60, 0) });
    // The host is not requested before its pause ends.
    expect(await sourceOf('limited.test', 'first')).toMatchObject({ failures: 1, minutes: expect.closeTo(60, 0) });
    expect(pathsOf('limited.test')).toEqual(['/robots.txt', '/feed']);
  });

  test('is requested with validators, and its changes are stored once', async () => {
    await db
      .updateTable('news_sources')
      .set({ next_fetch_at: new Date(0) })
      .where('name', 'in', ['validated.test', 'changing.test', 'page.test'])
      .execute();
    const before = web.requests.length;
    await fetchDue();
    const [latest] = [(await readRows()).slice(0, 3)];
    const of = (host: string) => latest.find(({ name }) => name === host);
    expect(of('validated.test')).toMatchObject({ outcome: 'not_modified', added: 0 });
    expect(requestsTo('validated.test').at(-1)?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Sun, 29 Nov 2026 10:00:00 GMT',
    });
    expect(of('changing.test')).toMatchObject({ outcome: 'succeeded', found: 3, added: 1, updated: 1, duplicates: 0 });
    expect(of('page.test')).toMatchObject({ outcome: 'succeeded', added: 0, updated: 0, duplicates: 0 });
    // robots.txt is known, and so are the articles of the page.
    expect(web.requests.slice(before).map(({ path }) => path)).toEqual(['/feed', '/feed', '/feed']);
  });

  test('is counted in the metrics', async () => {
    const fetched = (outcome: string) => metrics.total('newsFetches', 'outcome', (value) => value === outcome);
    expect(await fetched('not_modified')).toBe(1);
    expect(await fetched('rejected')).toBe(rows.filter(({ outcome }) => outcome === 'rejected').length + 1);
    const { stored } = await db
      .selectFrom('news_articles')
      .select(({ fn }) => fn.countAll<string>().as('stored'))
      .executeTakeFirstOrThrow();
    expect(await metrics.total('newsArticles', 'result', (value) => value !== 'updated')).toBe(Number(stored));
    await fetching.workerTasks[1]?.run();
    const text = await metrics.render();
    expect(text).toMatch(/news_fetch_queue\{state="waiting"\} 0/);
    expect(text).toMatch(/news_sources\{state="failing"\} [1-9]/);
    expect(text).toMatch(/news_newest_article_age_seconds \d/);
  });
});
