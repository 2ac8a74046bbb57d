import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { addArticles } from '../../service/news/analysis/testing/articles.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
let fresh: FreshDatabase;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  if (given === undefined) return;
  fresh = await freshDatabase(given);
  // Counts how often an article gets a result.
  await sql`create table analyses (article bigint, version text)`.execute(fresh.database.db);
  await sql`create function count_analysis() returns trigger language plpgsql as
    $$ begin insert into analyses values (new.id, new.analysis_version); return null; end $$`.execute(fresh.database.db);
  await sql`create trigger count_analysis after update of analysis_version on news_articles for each row
    when (new.analysis_version is not null) execute function count_analysis()`.execute(fresh.database.db);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
  if (given !== undefined) await sql`truncate news_sources, analyses cascade`.execute(fresh.database.db);
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

function start(environment: Readonly<Record<string, string>> = {}): ServiceProcess {
  const process = spawnService({ ROLE: 'analytics', DATABASE_URL: fresh.url, REDIS_URL: given?.redisUrl ?? '', ...environment });
  running.push(process);
  return process;
}
const counts = async () => {
  const { rows } = await sql<{ analyzed: number; waiting: number; relevant: number; repeated: number }>`
    select count(analysis_version)::int as analyzed, (count(*) - count(analysis_version))::int as waiting,
      count(*) filter (where is_relevant)::int as relevant,
      (select count(*)::int from (select 1 from analyses group by article, version having count(*) > 1) again) as repeated
    from news_articles`.execute(fresh.database.db);
  return rows[0] ?? { analyzed: 0, waiting: 0, relevant: 0, repeated: 0 };
};
/** Every third article is about something else. */
const articles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    title: index % 3 === 0 ? `The town celebrates its market number ${index}` : `Breast cancer screening reaches village number ${index}`,
    summary: 'The mayor visits the square on Tuesday and speaks with visitors.',
  }));

withServers('The analysis of articles', () => {
  test('analyzes each article once although one of two processes is killed in the middle', async () => {
    await addArticles(fresh.database.db, articles(3000));
    const [killed] = [start(), start()];
    await waitUntil(counts, ({ analyzed }) => analyzed > 300);
    killed.signal('SIGKILL');
    await killed.exited;
    const after = await counts();
    expect(after.waiting).toBeGreaterThan(0);
    await waitUntil(counts, ({ waiting }) => waiting === 0);
    expect(await counts()).toEqual({ analyzed: 3000, waiting: 0, relevant: 2000, repeated: 0 });
  });

  test('analyzes articles again after the subject changed, and counts the relevant ones of the new subject only', async () => {
    await addArticles(fresh.database.db, articles(300));
    const first = start();
    await waitUntil(counts, ({ waiting }) => waiting === 0);
    first.signal('SIGTERM');
    await first.exited;
    expect(await counts()).toMatchObject({ relevant: 200, repeated: 0 });
    start({ NEWS_SUBJECT: 'renewable-energy' });
    const total = sql<{ count: number }>`select count(distinct (article, version))::int as count from analyses`;
    await waitUntil(async () => (await total.execute(fresh.database.db)).rows[0]?.count === 600);
    expect(await counts()).toEqual({ analyzed: 300, waiting: 0, relevant: 0, repeated: 0 });
  });

  test('stops with exit code 0 while articles wait, and leaves them to the next process', async () => {
    await addArticles(fresh.database.db, articles(3000));
    const first = start();
    await waitUntil(counts, ({ analyzed }) => analyzed > 100);
    // Without the deregistration delay, during which it would finish.
    first.signal('SIGINT');
    expect(await first.exited).toMatchObject({ code: 0 });
    expect((await counts()).waiting).toBeGreaterThan(0);
    start();
    await waitUntil(counts, ({ waiting }) => waiting === 0);
    expect(await counts()).toMatchObject({ analyzed: 3000, repeated: 0 });
  });

  test('is refined by a connected language model, which each article names', async () => {
    const upstream = await startUpstream(respondsWithText('{"sentiment":"negative","confidence":0.9,"topics":["policy"]}'));
    try {
      await addArticles(fresh.database.db, articles(30));
      start({ NEWS_REFINE: 'true', OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'key', OPENAI_MODEL: 'fake-1' });
      const refined = sql<{ count: number }>`select count(*)::int as count from news_articles
        where is_relevant and analysis ->> 'refined_by' = 'openai' and sentiment = 'negative' and topics = array['policy']`;
      await waitUntil(async () => (await refined.execute(fresh.database.db)).rows[0]?.count === 20);
      expect(upstream.requests).toHaveLength(20);
      const usage = sql<{ requests: number }>`select sum(requests)::int as requests from usage_events where caller_id = 'system:news'`;
      expect((await usage.execute(fresh.database.db)).rows).toEqual([{ requests: 20 }]);
    } finally {
      await upstream.close();
    }
  });

  test('prints what is wrong with a subject and exits', async () => {
    const { code, errors } = await start({ NEWS_SUBJECT: 'astronomy' }).exited;
    expect(code).toBe(1);
    expect(errors).toContain('NEWS_SUBJECT: "astronomy" is no built-in subject: use breast-cancer or renewable-energy');
  });
});
