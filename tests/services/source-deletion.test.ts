import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createManageSources } from '../../service/news/sources/manage-sources.ts';
import { insertSource } from '../../service/testing/news.ts';
import { testCaller } from '../../service/testing/usage-events.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;

let fresh: FreshDatabase;
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

/** Stores analysed articles; every tenth is a duplicate of the one before it. */
async function fill(source: string, articles: number) {
  const { db } = fresh.database;
  for (let from = 1; from <= articles; from += 2000) {
    await sql`
      insert into news_articles (source_id, url, title, summary, published_at, is_date_known, content_hash, simhash, analysis_version, language,
        is_relevant, topics)
      select ${source}, 'https://news.example/' || ${source} || '/' || n, 'New treatment ' || n, repeat('A study of prevention. ', 15),
        now() - n * interval '1 minute', true, decode(md5(n::text), 'hex'), n, 'test', 'en', true, '{treatment}'
      from generate_series(${from}::int, ${from + 1999}::int) n`.execute(db);
  }
  await sql`update news_articles set duplicate_of = id - 1 where source_id = ${source} and id % 10 = 0 and id <= 10000`.execute(db);
}
const counts = async () => {
  const { rows } = await sql<{ sources: number; articles: number }>`
    select (select count(*) from news_sources)::int as sources, (select count(*) from news_articles)::int as articles`.execute(
    fresh.database.db,
  );
  return rows[0];
};

withServers('The deletion of a source', () => {
  test('with 50,000 articles needs no statement that exceeds the time limit, and leaves those of other sources', async () => {
    const { db } = fresh.database;
    const [large, small] = [await insertSource(db), await insertSource(db)];
    await fill(large, 50_000);
    await fill(small, 2000);
    const sources = createManageSources({ db, hasContact: true });
    await sources.remove({ caller: testCaller({ id: 'user:1' }), requestId: undefined }, large);
    expect(await counts()).toEqual({ sources: 1, articles: 2000 });
    const audit = await db.selectFrom('audit_log').select(['action', 'object']).orderBy('id').execute();
    expect(audit.at(-1)).toEqual({ action: 'source.deleted', object: `source:${large}` });
  });
});
