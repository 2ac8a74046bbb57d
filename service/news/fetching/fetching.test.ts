import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { queueDefinitions } from '../../database/job-queues.ts';
import { createJobQueues } from '../../database/queue.ts';
import type { Worker } from '../../database/queue-worker.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { testDatabase as db, testSqlExecutor } from '../../testing/database.ts';
import { articles, rss } from '../../testing/made-web/documents.ts';
import { type MadeHandler, type MadeWeb, sends, startMadeWeb } from '../../testing/made-web/server.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { deleteOldFetches } from './delete-old-fetches.ts';
import { finishFetch, insertFetch, startAttempt } from './fetch-rows.ts';
import { fetchSource, finishCrashed } from './fetch-source.ts';
import { createFetching, type FetchJob } from './fetching.ts';
import type { ReadSource } from './read-source.ts';

const log = createLogger('silent', { write: () => {} });
let web: MadeWeb;
/** What the feed of the tests sends. */
let feed: MadeHandler;
beforeEach(async () => {
  await sql`truncate news_sources, news_hosts cascade`.execute(db);
  await sql`delete from pgboss.job`.execute(db);
  web = await startMadeWeb((origin) => {
    feed = sends(rss(articles(origin('news.test'), 2)));
    return { 'news.test': { '/feed': (...exchange) => feed(...exchange) } };
  });
});
const workers: (readonly Worker[])[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0).flat()) await worker.stop(10);
  await web.close();
});
afterAll(() => db.destroy());

async function addSource(): Promise<string> {
  const values = { name: 'news', url: `${web.origin('news.test')}/feed`, kind: 'feed', interval_minutes: 60, is_active: true } as const;
  const { id } = await db
    .insertInto('news_sources')
    .values({ ...values, compliance_score: 100, compliance_reasons: '[]', next_fetch_at: new Date(0) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
function open({ hasContact = true } = {}) {
  const metrics = createMetrics();
  const fetching = createFetching({
    db,
    queue: createJobQueues(db, testSqlExecutor, log, { supervise: true }).open<FetchJob>(queueDefinitions.newsFetches),
    network: web.network,
    times: { delayMs: 1, leaseMs: 60_000, maxWaitMs: 60_000 },
    contact: hasContact ? 'mailto:news@example.org' : undefined,
    metrics,
    log,
  });
  return {
    fetching,
    metrics,
    schedule: () => fetching.workerTasks[0]?.run(),
    start: () => void workers.push(fetching.startWorkers()),
    request: (id: string) => db.transaction().execute((trx) => fetching.enqueue(trx, id, 'request', 'user:admin')),
  };
}
const fetches = () => db.selectFrom('news_fetches').selectAll().orderBy('queued_at').execute();
const finished = (count: number) => waitUntil(fetches, (rows) => rows.filter(({ finished_at }) => finished_at !== null).length === count);
const never: ReadSource = () => Promise.reject(new Error('not to be called'));
const { signal } = new AbortController();

async function startedAttempt(id: string) {
  const { fetch } = await db.transaction().execute((trx) => insertFetch(trx, id, 'schedule', null));
  const attempt = await startAttempt(db, fetch.id);
  if (attempt === undefined) throw new Error('no attempt');
  return attempt;
}

test('The age of the newest article is absent until there is one, and when no source is active any more', async () => {
  const { fetching, metrics, request, start } = open();
  const age = async () => /^instagram_captions_news_newest_article_age_seconds (.*)$/m.exec(await metrics.render())?.[1];
  const measure = () => fetching.workerTasks.find(({ name }) => name === 'measure news')?.run();
  await fetching.open();
  expect(await age()).toBeUndefined();
  const id = await addSource();
  await request(id);
  start();
  await finished(1);
  await measure();
  expect(Number(await age())).toBeGreaterThanOrEqual(0);
  await db.updateTable('news_sources').set({ is_active: false }).execute();
  await measure();
  expect(await age()).toBeUndefined();
});

describe('A source', () => {
  test('has one unfinished fetch, which a second request returns, also at the same time', async () => {
    const id = await addSource();
    const { fetching, request, schedule } = open();
    await fetching.open();
    const [first, second] = await Promise.all([request(id), request(id)]);
    await schedule();
    expect([first?.isNew, second?.isNew].toSorted()).toEqual([false, true]);
    expect(second?.fetch.id).toBe(first?.fetch.id);
    expect(await fetches()).toMatchObject([{ cause: 'request', requested_by: 'user:admin', finished_at: null }]);
  });

  test('is not fetched without a contact', async () => {
    await addSource();
    const { fetching } = open({ hasContact: false });
    expect([fetching.workerTasks, fetching.startWorkers()]).toEqual([[], []]);
  });

  test('is not fetched while it is inactive', async () => {
    await addSource();
    await db.updateTable('news_sources').set({ is_active: false }).execute();
    await open().schedule();
    expect(await fetches()).toEqual([]);
  });

  test('whose URL changes during a fetch is due at once, without the validators of the previous URL', async () => {
    const id = await addSource();
    const attempt = await startedAttempt(id);
    const read: ReadSource = async () => {
      await db.updateTable('news_sources').set({ url: 'https://other.test/feed' }).execute();
      const document = {
        status: 200,
        isModified: true,
        url: attempt.source.url,
        movedTo: undefined,
        contentType: '',
        bytes: Buffer.alloc(0),
        sentBytes: 0,
      };
      return { document: { ...document, etag: '"old"', lastModified: null, headers: {} }, entries: [], isComplete: true };
    };
    expect(await fetchSource(db, read, attempt, signal)).toMatchObject({ outcome: 'succeeded' });
    expect(await db.selectFrom('news_sources').select(['etag', 'next_fetch_at']).execute()).toEqual([
      { etag: null, next_fetch_at: new Date(0) },
    ]);
  });
});

describe('A fetch', () => {
  test('whose job was lost is queued again', async () => {
    const id = await addSource();
    await db.transaction().execute((trx) => insertFetch(trx, id, 'schedule', null));
    await sql`update news_fetches set queued_at = now() - interval '2 hours'`.execute(db);
    const { schedule, start } = open();
    await schedule();
    // A second job is not added while one waits.
    await schedule();
    start();
    expect(await finished(1)).toMatchObject([{ outcome: 'succeeded', added: 2 }]);
    expect(web.requests.map(({ path }) => path)).toEqual(['/robots.txt', '/feed']);
  });

  test('stores nothing if another attempt replaced it', async () => {
    const id = await addSource();
    const first = await startedAttempt(id);
    const second = await startAttempt(db, first.fetchId);
    if (second === undefined) throw new Error('no attempt');
    expect(await finishCrashed(db, first)).toBeUndefined();
    expect(await finishCrashed(db, second)).toMatchObject({ outcome: 'failed', reason: 'crashed' });
    expect(await startAttempt(db, first.fetchId)).toBeUndefined();
    expect(await fetches()).toMatchObject([{ reason: 'crashed' }]);
  });

  test('ends without a result if its source was deleted meanwhile', async () => {
    const attempt = await startedAttempt(await addSource());
    await db.deleteFrom('news_sources').execute();
    expect(await finishCrashed(db, attempt)).toBeUndefined();
    expect(await startAttempt(db, attempt.fetchId)).toBeUndefined();
  });

  test('fails with its error if that is none of the document, so that its job is retried', async () => {
    const attempt = await startedAttempt(await addSource());
    await expect(fetchSource(db, never, attempt, signal)).rejects.toThrow('not to be called');
    expect(await fetches()).toMatchObject([{ finished_at: null }]);
  });

  test('in progress is aborted when the scraper stops, and repeated by the next one', async () => {
    await addSource();
    const respond = feed;
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    feed = () => arrive();
    const first = open();
    await first.schedule();
    first.start();
    await arrived;
    for (const worker of workers.splice(0).flat()) await worker.stop(10);
    expect(await fetches()).toMatchObject([{ finished_at: null }]);
    feed = respond;
    open().start();
    expect(await finished(1)).toMatchObject([{ outcome: 'succeeded', added: 2 }]);
  });

  test('is deleted after 90 days, except the last one of a source', async () => {
    const id = await addSource();
    for (const days of [200, 100, 10]) {
      const { fetchId } = await startedAttempt(id);
      await db.transaction().execute((trx) => finishFetch(trx, fetchId, { outcome: 'failed', detail: `${days}` }));
      await sql`update news_fetches set queued_at = now() - make_interval(days => ${days}), finished_at = now() - make_interval(days => ${days}) where id = ${fetchId}`.execute(
        db,
      );
    }
    await deleteOldFetches(db);
    expect((await fetches()).map(({ detail }) => detail)).toEqual(['10']);
    await sql`update news_fetches set finished_at = now() - interval '100 days'`.execute(db);
    await deleteOldFetches(db);
    expect(await fetches()).toHaveLength(1);
  });
});
