import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { foundArticles } from '../../service/news/fetching/found-articles.ts';
import { storeArticles } from '../../service/news/fetching/store-articles.ts';
import { articles, rss } from '../../service/testing/made-web/documents.ts';
import { type MadeHandler, type MadeWeb, sends, startMadeWeb } from '../../service/testing/made-web/server.ts';
import { spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;

let fresh: FreshDatabase;
const database = () => fresh.database.db;
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

let web: MadeWeb;
/** Requests in flight by URL, and the most that there were at the same time. */
const inFlight = new Map<string, number>();
const most = new Map<string, number>();
/** Counts the requests in flight, and sends the document after `until`. */
const counted =
  (url: string, send: MadeHandler, until: () => Promise<unknown> = async () => {}): MadeHandler =>
  async (response, request) => {
    const count = (inFlight.get(url) ?? 0) + 1;
    inFlight.set(url, count);
    most.set(url, Math.max(most.get(url) ?? 0, count));
    response.once('close', () => inFlight.set(url, (inFlight.get(url) ?? 0) - 1));
    await until();
    if (!response.destroyed) send(response, request);
  };

const scraper = () => {
  const env = { PATH: process.env.PATH, DATABASE_URL: fresh.url, WEB_PORT: String(web.port) };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs/scraper.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const exited = once(child, 'close');
  const scraperProcess = {
    started: () => waitUntil(() => output.includes('The scraper has started')),
    output: () => output,
    async end(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
  running.push(scraperProcess);
  return scraperProcess;
};
const running: { end(signal: NodeJS.Signals): Promise<number | null> }[] = [];

beforeEach(async () => {
  await sql`truncate news_sources, news_hosts cascade`.execute(database());
  await sql`truncate pgboss.job`.execute(database());
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end('SIGKILL')));
  await web.close();
});

async function addSources(urls: readonly string[]): Promise<void> {
  const values = urls.map((url) => ({
    name: url,
    url,
    kind: 'feed' as const,
    interval_minutes: 60,
    is_active: true,
    compliance_score: 100,
    compliance_reasons: '[]',
    next_fetch_at: new Date(0),
  }));
  await database().insertInto('news_sources').values(values).execute();
}
const makeDue = () =>
  database()
    .updateTable('news_sources')
    .set({ next_fetch_at: new Date(0) })
    .execute();

interface Sums {
  readonly fetches: number;
  readonly finished: number;
  readonly succeeded: number;
  readonly added: number;
  readonly duplicates: number;
  readonly articles: number;
  readonly found_twice: number;
}
async function sums(): Promise<Sums> {
  const { rows } = await sql<Sums>`
    select count(*)::integer as fetches, count(finished_at)::integer as finished, (count(*) filter (where outcome = 'succeeded'))::integer as succeeded,
      coalesce(sum(added), 0)::integer as added, coalesce(sum(duplicates), 0)::integer as duplicates,
      (select count(*)::integer from news_articles) as articles,
      (select count(*)::integer from (select url from news_articles group by url having count(*) > 1) twice) as found_twice
    from news_fetches`.execute(database());
  const [row] = rows;
  if (row === undefined) throw new Error('no sums');
  return row;
}

withServers('Two scrapers', () => {
  test('never fetch one source at the same time, and wait 2 s between the requests to a host', async () => {
    // More sources than one process fetches at the same time.
    const hosts = ['one.test', 'two.test', 'three.test', 'four.test'];
    const paths = ['/a', '/b'];
    web = await startMadeWeb((origin) =>
      Object.fromEntries(
        hosts.map((host) => [
          host,
          Object.fromEntries(
            paths.map((path) => [
              path,
              counted(
                `${host}${path}`,
                sends(rss(articles(origin(host), 3).map((article) => ({ ...article, url: `${article.url}${path}` })))),
              ),
            ]),
          ),
        ]),
      ),
    );
    await addSources(hosts.flatMap((host) => paths.map((path) => `${web.origin(host)}${path}`)));
    const scrapers = [scraper(), scraper()];
    await Promise.all(scrapers.map((each) => each.started()));
    await waitUntil(sums, ({ finished }) => finished === 8);
    // Both schedule again and again while the second fetches run.
    await waitUntil(
      async () => {
        await makeDue();
        return sums();
      },
      ({ finished }) => finished >= 16,
    );
    for (const each of scrapers) expect(await each.end('SIGTERM')).toBe(0);
    expect([...most.values()]).toEqual(Array(8).fill(1));
    for (const host of hosts) {
      const times = web.requests.filter((request) => request.host === host).map(({ at }) => at);
      expect(times.slice(1).filter((at, index) => at - (times[index] ?? 0) < 2000)).toEqual([]);
      expect(web.requests.filter(({ host: other, path }) => other === host && path === '/robots.txt')).toHaveLength(1);
    }
    // The articles of the second path are almost those of the first one.
    const { added, duplicates, articles: stored, found_twice } = await sums();
    expect({ total: added + duplicates, stored, found_twice }).toEqual({ total: 24, stored: 24, found_twice: 0 });
    // Each process did some of the work.
    const fetched = scrapers.map((each) => each.output().split('A source was fetched').length - 1);
    process.stderr.write(`fetches by process: ${fetched.join(', ')}\n`);
  });
});

withServers('A scraper that is killed', () => {
  test('during a request leaves the fetch to another one, which stores each article once', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    let requests = 0;
    web = await startMadeWeb((origin) => ({
      'slow.test': {
        '/feed': counted('slow.test/feed', sends(rss(articles(origin('slow.test'), 100))), async () => {
          requests += 1;
          arrive();
          // The first request gets no response.
          if (requests === 1) await new Promise(() => {});
        }),
      },
    }));
    await addSources([`${web.origin('slow.test')}/feed`]);
    const killed = scraper();
    await arrived;
    scraper();
    await killed.end('SIGKILL');
    await waitUntil(sums, ({ finished }) => finished === 1);
    expect(await sums()).toMatchObject({ fetches: 1, succeeded: 1, added: 100, duplicates: 0, articles: 100 });
    expect(requests).toBe(2);
    expect(most.get('slow.test/feed')).toBe(1);
  });

  test('again and again while it stores articles loses and repeats none', async () => {
    const hosts = Array.from({ length: 6 }, (_, index) => `site${index}.test`);
    const served = new Set<string>();
    web = await startMadeWeb((origin) =>
      Object.fromEntries(
        hosts.map((host) => {
          const send = sends(rss(articles(origin(host), 500)));
          const handler: MadeHandler = (response, request) => {
            served.add(host);
            return send(response, request);
          };
          return [host, { '/feed': handler }];
        }),
      ),
    );
    await addSources(hosts.map((host) => `${web.origin(host)}/feed`));
    for (const count of [1, 3]) {
      const killed = scraper();
      await waitUntil(() => served.size >= count);
      await killed.end('SIGKILL');
    }
    scraper();
    await waitUntil(sums, ({ finished }) => finished === hosts.length);
    expect(await sums()).toMatchObject({ fetches: 6, succeeded: 6, added: 3000, duplicates: 0, articles: 3000, found_twice: 0 });
  });
});

withServers('Articles of three sources at the same time', () => {
  test('are stored once, those with the same text as duplicates of one original', async () => {
    web = await startMadeWeb(() => ({}));
    const hosts = Array.from({ length: 3 }, (_, index) => `https://site${index}.example`);
    await addSources(hosts.map((host) => `${host}/feed`));
    const sources = await database().selectFrom('news_sources').select(['id', 'url']).execute();
    // Enough articles for several statements, of which each source has its own addresses.
    const texts = articles('https://press.example', 600);
    const stored = await Promise.all(
      sources.map(({ id, url }) => {
        const found = foundArticles(texts.map((article, index) => ({ ...article, url: `${url}/${index}` })));
        return database()
          .transaction()
          .execute((trx) => storeArticles(trx, id, found));
      }),
    );
    expect(stored.map(({ added, duplicates }) => `${added} ${duplicates}`).toSorted()).toEqual(['0 600', '0 600', '600 0']);
    const { rows } = await sql<{ originals: number; chains: number }>`
      select count(*) filter (where article.duplicate_of is null)::integer as originals, count(original.duplicate_of)::integer as chains
      from news_articles article left join news_articles original on original.id = article.duplicate_of`.execute(database());
    expect(rows).toEqual([{ originals: 600, chains: 0 }]);
  });
});

withServers('A scraper that stops', () => {
  test('aborts a fetch in progress, which another one repeats', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    let requests = 0;
    web = await startMadeWeb((origin) => ({
      'slow.test': {
        '/feed': counted('slow.test/feed', sends(rss(articles(origin('slow.test'), 2))), async () => {
          requests += 1;
          arrive();
          if (requests === 1) await new Promise(() => {});
        }),
      },
    }));
    await addSources([`${web.origin('slow.test')}/feed`]);
    const stopping = scraper();
    await arrived;
    expect(await stopping.end('SIGTERM')).toBe(0);
    expect(await sums()).toMatchObject({ fetches: 1, finished: 0, articles: 0 });
    scraper();
    await waitUntil(sums, ({ finished }) => finished === 1);
    expect(await sums()).toMatchObject({ fetches: 1, succeeded: 1, added: 2, articles: 2 });
  });
});

withServers('ROLE=scraper', () => {
  test('fetches due sources, and opens no connection to a private address', async () => {
    web = await startMadeWeb(() => ({ '127.0.0.1': { '/feed': sends('') } }));
    await addSources(['http://127.0.0.1/feed', 'https://localhost/feed', 'ftp://example.com/feed']);
    const service = spawnService({
      ROLE: 'scraper',
      DATABASE_URL: fresh.url,
      NEWS_CONTACT: 'https://example.org/contact',
      LOG_LEVEL: 'debug',
    });
    const end = async () => {
      await service.end();
      return null;
    };
    running.push({ end });
    await waitUntil(sums, ({ finished }) => finished === 3);
    const outcomes = await database()
      .selectFrom('news_fetches')
      .innerJoin('news_sources', 'news_sources.id', 'source_id')
      .select(['name', 'reason'])
      .orderBy('name')
      .execute();
    expect(outcomes).toEqual([
      { name: 'ftp://example.com/feed', reason: 'unsupported_url' },
      { name: 'http://127.0.0.1/feed', reason: 'private_address' },
      { name: 'https://localhost/feed', reason: 'private_address' },
    ]);
    service.signal('SIGTERM');
    const { code, output } = await service.exited;
    expect({ code, errors: output.split('\n').filter((line) => line.includes('"level":"error"')) }).toEqual({ code: 0, errors: [] });
  });
});
