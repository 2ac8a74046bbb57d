import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../client/client.ts';
import { testDatabase as db } from '../../testing/database.ts';
import { insertArticle, insertSource } from '../../testing/news.ts';
import { rawRequest, sendRaw } from '../../testing/raw-http.ts';
import { startService, type TestService } from '../../testing/service.ts';
import { toSnippet } from './snippet.ts';

let service: TestService;
const client = () => createClient({ baseUrl: service.url, credential: 'reader-key' });
const list = (query: object) => client().call('listArticles', { query });
const titles = async (query: object) => (await list(query)).items.map(({ title }) => title);

const ids: string[] = [];
let source_id = '';
beforeAll(async () => {
  service = await startService();
  source_id = await insertSource(db, { name: 'Salud Hoy' });
  const at = (minute: number) => new Date(Date.now() - minute * 60_000);
  for (const number of [1, 2, 3, 4, 5])
    ids.push(await insertArticle(db, { source_id, title: `Number ${number}`, published_at: at(100 - number) }));
  await insertArticle(db, {
    source_id,
    title: 'Cribado',
    summary: 'El <b>cáncer</b> de mama se detecta antes.',
    language: 'es',
    published_at: at(0),
  });
  await insertArticle(db, { source_id, title: 'Cáncer, cáncer', summary: 'Nada más.', language: 'es', published_at: at(200) });
  const original = ids[0] ?? '';
  ids.push(
    await insertArticle(db, {
      source_id,
      title: 'Copy',
      duplicate_of: original,
      published_at: at(50),
      analysis: JSON.stringify({ matches: [] }),
    }),
  );
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

describe('GET /api/articles', () => {
  test('pages from the newest to the oldest article, and back from any of them', async () => {
    const first = await list({ limit: 3 });
    expect(first.items.map(({ title }) => title)).toEqual(['Cribado', 'Number 5', 'Number 4']);
    const second = await list({ limit: 3, after: first.next ?? '' });
    expect(second.items.map(({ title }) => title)).toEqual(['Number 3', 'Number 2', 'Number 1']);
    const third = await list({ limit: 3, after: second.next ?? '' });
    expect(third).toMatchObject({ items: [{ title: 'Cáncer, cáncer' }], next: null });
    expect(await titles({ limit: 2, after: ids[2], sort: 'oldest' })).toEqual(['Number 4', 'Number 5']);
  });

  test('ranks articles by how well they match, in pages', async () => {
    const first = await list({ q: 'cancer', sort: 'rank', limit: 1 });
    expect(first.items.map(({ title }) => title)).toEqual(['Cáncer, cáncer']);
    expect(await list({ q: 'cancer', sort: 'rank', limit: 1, after: first.next ?? '' })).toMatchObject({
      items: [{ title: 'Cribado' }],
      next: null,
    });
  });

  test('marks the words that match in a snippet without markup', async () => {
    const { items } = await list({ q: 'cancer' });
    expect(items[0]?.snippet?.filter(({ is_match }) => is_match)).toEqual([{ text: 'cáncer', is_match: true }]);
    expect(items[0]?.snippet?.map(({ text }) => text).join('')).not.toMatch(/[<\uE000\uE001]/);
    expect(items[1]?.snippet?.some(({ is_match }) => is_match)).toBe(false);
    expect((await list({ limit: 1 })).items[0]?.snippet).toBeNull();
  });

  test.each([
    [{ sort: 'rank' }, '/q'],
    [{ after: '999999999' }, '/after'],
    [{ from: '2026-02-01', to: '2026-01-01' }, '/from'],
    [{ language: 'Spanish' }, '/language'],
  ])('rejects %j', async (query, pointer) => {
    await expect(list(query)).rejects.toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  test('returns 304 until an article changes', async () => {
    const get = (etag = '') =>
      sendRaw(service.url, rawRequest('GET', '/api/articles?limit=2', { Authorization: 'Bearer reader-key', 'If-None-Match': etag }));
    const etag = (await get()).headers.get('ETag') ?? '';
    expect((await get(etag)).status).toBe(304);
    await db
      .updateTable('news_articles')
      .set({ title: 'Number five' })
      .where('id', '=', ids[4] ?? '')
      .execute();
    expect((await get(etag)).status).toBe(200);
  });
});

describe('GET /api/articles/:id', () => {
  test('returns the explanation of the analysis and the other articles with the same content', async () => {
    const copy = await client().call('readArticle', { params: { id: ids[5] ?? '' } });
    expect(copy).toMatchObject({
      title: 'Copy',
      analysis: { matches: [] },
      source: { id: source_id, name: 'Salud Hoy' },
      duplicate_of: ids[0],
    });
    expect(copy.duplicates).toMatchObject([{ id: ids[0], title: 'Number 1' }]);
    const original = await client().call('readArticle', { params: { id: ids[0] ?? '' } });
    expect(original.duplicates).toMatchObject([{ id: ids[5] }]);
  });

  test.each(['999999999', '0', '9'.repeat(30), 'x'])('returns 404 for %s', async (id) => {
    await expect(client().call('readArticle', { params: { id } })).rejects.toMatchObject({ status: 404 });
  });
});

describe('toSnippet', () => {
  test.each([
    [
      '\uE000a\uE001 b',
      [
        { text: 'a', is_match: true },
        { text: ' b', is_match: false },
      ],
    ],
    ['a', [{ text: 'a', is_match: false }]],
    ['', []],
  ])('splits %j', (marked, parts) => {
    expect(toSnippet(marked)).toEqual(parts);
  });
});
