import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { testDatabase as db } from '../../testing/database.ts';
import { contentHash, distance, simHash } from '../parsing/hashes.ts';
import { type FoundArticle, foundArticles } from './found-articles.ts';
import { storeArticles } from './store-articles.ts';

beforeEach(() => sql`truncate news_sources cascade`.execute(db));
afterAll(() => db.destroy());

async function newSource(): Promise<string> {
  const name = randomUUID();
  const values = { name, url: `https://${name}.test/feed`, kind: 'feed', interval_minutes: 60, is_active: true } as const;
  const { id } = await db
    .insertInto('news_sources')
    .values({ ...values, compliance_score: 100, compliance_reasons: '[]' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
const store = (source: string, ...found: readonly FoundArticle[]) => db.transaction().execute((trx) => storeArticles(trx, source, found));

const words =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango'.split(' ');
/** A text of 36 words, which no other seed has. */
const textOf = (seed: string) => Array.from({ length: 36 }, (_, index) => `${words[index % words.length]}${seed}`).join(' ');

const start = Date.parse('2026-11-20T00:00:00Z');
function article(path: string, text: string, day: number | null = 0, rest: Partial<FoundArticle> = {}): FoundArticle {
  const url = `https://news.test/${path}`;
  const fields = { url, title: `Title of ${text.slice(0, 20)}`, summary: text };
  const hashes = { contentHash: contentHash(fields), simHash: simHash(`${fields.title}\n${text}`) ?? null };
  return {
    ...fields,
    ...hashes,
    author: null,
    language: null,
    publishedAt: day === null ? null : new Date(start + day * 86_400_000),
    ...rest,
  };
}
const nearly = (text: string) => `${text} update`;

/** The paths of articles, each with that of its original. */
async function originals(): Promise<Record<string, string | null>> {
  const { rows } = await sql<{ path: string; original: string | null }>`
    select substr(article.url, 19) as path, substr(original.url, 19) as original
    from news_articles article left join news_articles original on original.id = article.duplicate_of order by article.id`.execute(db);
  return Object.fromEntries(rows.map(({ path, original }) => [path, original]));
}

describe('Articles of a document', () => {
  test('are stored once, however often the document is read, also at the same time', async () => {
    const source = await newSource();
    const found = [article('a', textOf('a')), article('b', textOf('b'))];
    const counts = await Promise.all([store(source, ...found), store(source, ...found)]);
    expect(counts.map(({ added }) => added).toSorted()).toEqual([0, 2]);
    expect(await store(source, ...found)).toEqual({ added: 0, updated: 0, duplicates: 0 });
    expect(await originals()).toEqual({ a: null, b: null });
  });

  test('are updated and analysed again if their content changed, but not if only case and punctuation did', async () => {
    const source = await newSource();
    await store(source, article('a', textOf('a'), null));
    await sql`update news_articles set analysis_version = 'v1', is_relevant = true, topics = '{research}', language = 'en'`.execute(db);
    expect(await store(source, article('a', textOf('a').toUpperCase(), null))).toEqual({ added: 0, updated: 0, duplicates: 0 });
    expect(await store(source, article('a', textOf('b'), 3))).toEqual({ added: 0, updated: 1, duplicates: 0 });
    const row = await db.selectFrom('news_articles').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ summary: textOf('b'), is_date_known: true, published_at: new Date(start + 3 * 86_400_000) });
    expect(row).toMatchObject({ analysis_version: null, is_relevant: null, topics: null, language: null });
  });

  test('keep the time of the first fetch if the document has no date', async () => {
    const source = await newSource();
    await store(source, article('a', textOf('a'), null));
    const read = () => db.selectFrom('news_articles').select(['published_at', 'is_date_known', 'found_at']).executeTakeFirstOrThrow();
    const first = await read();
    expect(first).toMatchObject({ is_date_known: false, published_at: first.found_at });
    await store(source, article('a', textOf('b'), null));
    expect(await read()).toEqual(first);
  });

  test('belong to the source that announced them first', async () => {
    const [first, second] = [await newSource(), await newSource()];
    await store(first, article('a', textOf('a')));
    expect(await store(second, article('a', textOf('b')))).toEqual({ added: 0, updated: 0, duplicates: 0 });
    expect(await db.selectFrom('news_articles').select('source_id').executeTakeFirstOrThrow()).toEqual({ source_id: first });
  });

  test('may have any characters', async () => {
    const source = await newSource();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), async (title, summary) => {
        const found = foundArticles([{ url: `https://news.test/${randomUUID()}`, title, summary: `${summary}\0\ud800` }]);
        await store(source, ...found);
      }),
      { numRuns: 50 },
    );
  });
});

describe('A duplicate', () => {
  test('has the same content, or almost the same, as an earlier article, also of the same document', async () => {
    const source = await newSource();
    const text = textOf('a');
    expect(distance(simHash(text) ?? 0n, simHash(nearly(text)) ?? 0n)).toBeGreaterThan(0);
    expect(await store(source, article('a', text), article('same', text), article('other', textOf('b')))).toEqual({
      added: 2,
      updated: 0,
      duplicates: 1,
    });
    expect(await store(await newSource(), article('near', nearly(text)))).toEqual({ added: 0, updated: 0, duplicates: 1 });
    expect(await originals()).toEqual({ a: null, same: 'a', other: null, near: 'a' });
  });

  test('is found by SimHash up to three bits, whichever they are, and up to eight bits if one of four bands is equal', async () => {
    const source = await newSource();
    const base = 0x0123_4567_89ab_cdefn;
    const withHash = (path: string, bits: readonly number[]) => {
      const hash = bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), base);
      return article(path, textOf(path), 0, { simHash: BigInt.asIntN(64, hash) });
    };
    await store(source, withHash('base', []));
    for (const [index, bits] of [
      [0],
      [63],
      [0, 63],
      [15, 16, 48],
      [0, 31, 63],
      [0, 1, 2],
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 17, 18, 19, 40, 41],
    ].entries()) {
      expect([bits, (await store(source, withHash(`near${index}`, bits))).duplicates]).toEqual([bits, 1]);
    }
    for (const [index, bits] of [
      [0, 17, 33, 49],
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [5, 6, 7, 8, 9, 60, 61, 62, 63],
    ].entries()) {
      // Each is also near to others of this test only if these differ in fewer bits.
      await sql`delete from news_articles where url not like '%/base'`.execute(db);
      expect([bits, (await store(source, withHash(`far${index}`, bits))).duplicates]).toEqual([bits, 0]);
    }
  });

  test('appears within seven days of its original', async () => {
    const source = await newSource();
    const text = textOf('a');
    await store(source, article('a', text, 0));
    expect((await store(source, article('b', text, 7), article('c', text, 13))).duplicates).toBe(2);
    expect((await store(source, article('d', text, 30), article('e', text, -8))).duplicates).toBe(0);
    // A chain has one original.
    expect(await originals()).toEqual({ a: null, b: 'a', c: 'a', d: null, e: null });
  });

  test('becomes an original if its original changes', async () => {
    const source = await newSource();
    const text = textOf('a');
    await store(source, article('a', text), article('b', text), article('c', nearly(text)));
    expect(await originals()).toEqual({ a: null, b: 'a', c: 'a' });
    expect(await store(source, article('a', textOf('z')))).toEqual({ added: 0, updated: 1, duplicates: 0 });
    expect(await originals()).toEqual({ a: null, b: null, c: 'b' });
  });

  test('is found while two sources print the same text at the same time', async () => {
    const sources = await Promise.all([newSource(), newSource(), newSource()]);
    const counts = await Promise.all(sources.map((source, index) => store(source, article(`p${index}`, textOf('a')))));
    expect(counts.map(({ added }) => added).toSorted()).toEqual([0, 0, 1]);
  });
});

describe('A link', () => {
  test.each([
    'http://10.0.0.1/a',
    'http://[::1]/a',
    'http://169.254.169.254/latest',
    'http://localhost/a',
    'http://intranet/a',
    'http://printer.local/a',
    'javascript:alert(1)',
    'ftp://example.com/a',
  ])('%s is not stored, because readers cannot follow it', (url) => {
    expect(foundArticles([{ url, title: 'A title', summary: '' }])).toEqual([]);
  });
});
