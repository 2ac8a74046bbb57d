import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EndpointName } from '../../../contract/endpoints/index.ts';
import { exportDatasets, exportLinkSeconds, maxPendingExports } from '../../../contract/news-exports.ts';
import { type Client, createClient } from '../../client/client.ts';
import { StorageError, StorageFullError } from '../../objects/errors.ts';
import { keyOf } from '../../objects/export-keys.ts';
import { testDatabase as db } from '../../testing/database.ts';
import { exportsFolder } from '../../testing/exports.ts';
import { articleValues, insertSource } from '../../testing/news.ts';
import { startService, type TestService } from '../../testing/service.ts';
import { createLinks } from './links.ts';
import type { ExportRequest } from './schema.ts';
import type { Storage } from './storage/storage.ts';

const { signal } = new AbortController();
const SECRET_KEY = 'a secret of the tests of exports, 32 characters';
let service: TestService;
let source: string;
beforeAll(async () => {
  service = await startService({ SECRET_KEY });
  source = await insertSource(db, { name: '=cmd|calc' });
  const values = Array.from({ length: 2500 }, (_, index) =>
    articleValues({
      source_id: source,
      title: index === 0 ? '=HYPERLINK("http://evil.example")' : `Title ${index}, with "quotes"`,
      published_at: new Date(Date.UTC(2026, 10, 1 + (index % 28), 12)),
      topics: ['screening'],
      country: index % 2 === 0 ? 'ES' : 'MX',
      language: index % 2 === 0 ? 'es' : 'en',
      sentiment: 'positive',
      sentiment_score: 0.5,
    }),
  );
  await db.insertInto('news_articles').values(values).execute();
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

const november = { from: '2026-11-01', to: '2026-11-30' } as const;
const clientOf = (credential: string, url = service.url): Client => createClient({ baseUrl: url, credential });
const create = (request: Partial<ExportRequest> = {}, client = clientOf('user-key')) =>
  client.call('createExport', { body: { kind: 'csv', dataset: 'articles', language: 'en', filters: november, ...request } });
const work = (id: string, attempt = 1) => service.dependencies.exports.handlers.work({ id }, attempt, signal);
const read = (id: string, client = clientOf('user-key')) => client.call('readExport', { params: { id } });
/** Creates an export and writes its file, as a worker does. */
async function finished(request: Partial<ExportRequest> = {}) {
  const { id } = await create(request);
  expect(await work(id)).toBe(true);
  return read(id);
}
const fileOf = async (id: string) =>
  Buffer.from(await (await clientOf('user-key').call('readExportFile', { params: { id } })).arrayBuffer());
const statusOf = (name: EndpointName, path: string, credential?: string) =>
  fetch(`${service.url}${path}`, { headers: credential === undefined ? {} : { Authorization: `Bearer ${credential}` } }).then(
    async (response) => ({
      name,
      status: response.status,
      body: await response.text(),
    }),
  );
const link = (url: string) => statusOf('downloadExport', url);

describe('An export', () => {
  test('is queued with a location, and has its file once a worker wrote it', async () => {
    const { id, state, filters } = await create();
    expect({ state, filters }).toMatchObject({ state: 'queued', filters: november });
    expect((await statusOf('readExportFile', `/api/v1/export/${id}/file`, 'user-key')).status).toBe(409);
    await work(id);
    expect(await read(id)).toMatchObject({ state: 'succeeded', rows: 2500, error: null });
    expect(await read(id)).toMatchObject({ bytes: (await fileOf(id)).length });
  });

  const all = Object.entries(exportDatasets).flatMap(([dataset, kinds]) => kinds.map((kind) => ({ dataset, kind })));
  const starts: Readonly<Record<string, string>> = { csv: '\u{FEFF}', xlsx: 'PK', svg: '<svg', png: '\u{89}PNG', pdf: '%PDF-1.7' };
  test.each(all)('of $dataset as $kind has a file of that form in both languages', async ({ dataset, kind }) => {
    for (const language of ['es', 'en'] as const) {
      const request = { dataset, kind, language } as ExportRequest;
      const { id, state, bytes } = await finished(request);
      const file = await fileOf(id);
      expect({ state, bytes }).toEqual({ state: 'succeeded', bytes: file.length });
      if (kind === 'jsonl') for (const line of file.toString().trimEnd().split('\n')) expect(JSON.parse(line)).toBeInstanceOf(Object);
      else expect(file.toString(kind === 'png' || kind === 'pdf' ? 'latin1' : 'utf8')).toMatch(new RegExp(`^${starts[kind]}`));
    }
  });

  test('has the articles that the filters select, each once, the newest first', async () => {
    const { id, rows } = await finished({
      kind: 'jsonl',
      filters: { ...november, language: 'es', relevant: 'only', duplicates: 'exclude' },
    });
    const articles: { id: string; language: string; published_at: string }[] = (await fileOf(id))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toBe(1250);
    expect(new Set(articles.map((article) => article.id)).size).toBe(1250);
    expect(new Set(articles.map(({ language }) => language))).toEqual(new Set(['es']));
    const times = articles.map(({ published_at }) => Date.parse(published_at));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('in CSV contains no formula and keeps quotes', async () => {
    const { id } = await finished();
    const text = (await fileOf(id)).toString();
    expect(text).toContain('"\'=HYPERLINK(""http://evil.example"")"');
    expect(text).toContain(",'=cmd|calc,");
    expect(text).toContain('"Title 1, with ""quotes"""');
  });

  test('of no article has a header, a chart that says so, and a report without figures', async () => {
    const filters = { ...november, language: 'pt', relevant: 'only', duplicates: 'exclude' } as const;
    expect(await finished({ filters })).toMatchObject({ state: 'succeeded', rows: 0 });
    const chart = await finished({ dataset: 'sentiment', kind: 'svg', filters });
    expect((await fileOf(chart.id)).toString()).toContain('There is no data for this period.');
    expect(await finished({ dataset: 'report', kind: 'pdf', filters })).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['a form that the dataset does not have', { dataset: 'articles', kind: 'png' }, '/kind'],
    ['a report as a table', { dataset: 'report', kind: 'csv' }, '/kind'],
    ['a period that ends before it starts', { filters: { from: '2026-11-30', to: '2026-11-01' } }, '/from'],
    ['an unknown filter', { filters: { colour: 'red' } }, '/filters/colour'],
  ])('with %s is rejected with 422', async (_, request, pointer) => {
    const body = { kind: 'csv', dataset: 'articles', ...request };
    const response = await fetch(`${service.url}/api/v1/export`, {
      method: 'POST',
      headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });

  test('of a caller with too many unfinished ones is rejected with 429, also when requested at once', async () => {
    const developer = clientOf('developer-key');
    const results = await Promise.allSettled(Array.from({ length: maxPendingExports + 3 }, () => create({}, developer)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxPendingExports);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
    await expect(create({}, developer)).rejects.toMatchObject({ status: 429 });
    const { items } = await developer.call('listExports', { query: { limit: 200 } });
    for (const { id } of items) await developer.call('deleteExport', { params: { id } });
    await expect(create({}, developer)).resolves.toMatchObject({ state: 'queued' });
  });
});

describe('The history', () => {
  test('lists the own exports in pages, and all of them for an administrator', async () => {
    const mine = [await create(), await create(), await create()].map(({ id }) => id);
    const user = clientOf('user-key');
    const first = await user.call('listExports', { query: { limit: 2 } });
    const second = await user.call('listExports', { query: { limit: 1, after: first.next ?? '' } });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(mine.toReversed());
    const everything = await clientOf('admin-key').call('listExports', { query: { limit: 200 } });
    expect(everything.items.map(({ id }) => id)).toEqual(expect.arrayContaining(mine));
    expect((await clientOf('reader-key').call('listExports')).items).toEqual([]);
    for (const id of mine) await user.call('deleteExport', { params: { id } });
  });

  test('of another caller is not found', async () => {
    const { id } = await finished();
    for (const path of ['', '/file']) {
      expect((await statusOf('readExport', `/api/v1/export/${id}${path}`, 'developer-key')).status).toBe(404);
      expect((await statusOf('readExport', `/api/v1/export/${id}${path}`)).status).toBe(401);
    }
  });
});

describe('A link', () => {
  test('returns the file without a credential, as an attachment that is not cached', async () => {
    const { id, link: created } = await finished();
    const response = await fetch(`${service.url}${created?.url}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="articles-\d{4}-\d\d-\d\d\.csv"$/);
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await fileOf(id));
  });

  test('that was changed in any part is rejected with 403', async () => {
    const [{ id, link: created }, other] = [await finished(), await finished()];
    const url = created?.url ?? '';
    const expires = /expires=(\d+)/.exec(url)?.[1] ?? '';
    const changed = [
      url.replace(id, other.id),
      url.replace(`expires=${expires}`, `expires=${Number(expires) + 1}`),
      url.replace(`expires=${expires}`, `expires=0${expires}0`),
      url.replace(/signature=./, (start) => (start.endsWith('A') ? 'signature=B' : 'signature=A')),
      url.slice(0, -1),
    ];
    expect((await Promise.all(changed.map(link))).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  test('that has expired returns 410, also if its signature is right', async () => {
    const { id } = await finished();
    const links = createLinks(service.dependencies.settings);
    const before = Date.now() - exportLinkSeconds * 1000;
    expect((await link(links.create(id, before - 1000).url)).status).toBe(410);
    expect((await link(links.create(id, before + 60_000).url)).status).toBe(200);
  });

  test('of a service with another key is rejected', async () => {
    const { id } = await finished();
    const links = createLinks({ SECRET_KEY: `${SECRET_KEY} of another service`, JWT_SECRET_KEY: undefined });
    expect((await link(links.create(id).url)).status).toBe(403);
  });

  test('returns 410 once the export was deleted, and its file is gone', async () => {
    const { id, link: created } = await finished();
    await clientOf('user-key').call('deleteExport', { params: { id } });
    expect((await link(created?.url ?? '')).status).toBe(410);
    expect((await statusOf('readExport', `/api/v1/export/${id}`, 'user-key')).status).toBe(404);
    expect((await readdir(exportsFolder())).filter((name) => name.startsWith(id))).toEqual([]);
  });
});

const files = async () => new Set(await readdir(exportsFolder()).catch(() => []));

describe('A worker', () => {
  test('that runs an export twice leaves one file', async () => {
    const { id } = await create();
    expect(await Promise.all([work(id, 1), work(id, 2)])).toEqual([true, true]);
    expect([...(await files())].filter((name) => name.startsWith(id))).toHaveLength(1);
    expect(await read(id)).toMatchObject({ state: 'succeeded', rows: 2500 });
  });

  test('stops when the export is deleted while its file is written, and leaves no file', async () => {
    const { id } = await create();
    const [, done] = await Promise.all([clientOf('user-key').call('deleteExport', { params: { id } }), work(id)]);
    expect(done).toBe(true);
    expect([...(await files())].filter((name) => name.startsWith(id))).toEqual([]);
  });

  test('writes no file if another process took the job, and fails no export', async () => {
    const { id } = await create();
    const lost = AbortSignal.abort(new Error('another process took the job'));
    await expect(service.dependencies.exports.handlers.work({ id }, 1, lost)).rejects.toThrow();
    expect([...(await files())].filter((name) => name.startsWith(id))).toEqual([]);
    expect(await work(id, 2)).toBe(true);
    expect(await read(id)).toMatchObject({ state: 'succeeded' });
  });

  test('marks an export as failed when its retries are used up', async () => {
    const { id } = await create();
    await service.dependencies.exports.handlers.onDeadLetter({ id });
    expect(await read(id)).toMatchObject({ state: 'failed', error: { code: 'internal' }, link: null });
    expect((await statusOf('readExportFile', `/api/v1/export/${id}/file`, 'user-key')).status).toBe(409);
  });
});

describe('A storage', () => {
  const failing = (error: Error): Storage => ({
    write: () => Promise.reject(error),
    read: async () => undefined,
    delete: async () => {},
    async *list() {},
    abortUploads: async () => {},
  });
  const withStorage = async (storage: Storage, then: (service: TestService) => Promise<void>) => {
    const other = await startService({ SECRET_KEY }, { exportStorage: storage });
    await then(other).finally(() => other.close());
  };

  test('that is full fails the export at once', () =>
    withStorage(failing(new StorageFullError('full')), async ({ url, dependencies }) => {
      const client = clientOf('admin-key', url);
      const { id } = await create({}, client);
      expect(await dependencies.exports.handlers.work({ id }, 1, signal)).toBe(true);
      expect(await read(id, client)).toMatchObject({ state: 'failed', error: { code: 'storage_full' }, bytes: null, link: null });
    }));

  test('that fails has the export retried, and its error is shown after the last attempt', () =>
    withStorage(failing(new StorageError('unreachable')), async ({ url, dependencies: { exports } }) => {
      const client = clientOf('admin-key', url);
      const { id } = await create({}, client);
      expect(await exports.handlers.work({ id }, 1, signal)).toBe(false);
      expect(await read(id, client)).toMatchObject({ state: 'queued', error: null });
      await exports.handlers.onDeadLetter({ id });
      expect(await read(id, client)).toMatchObject({ state: 'failed', error: { code: 'storage_failed' } });
    }));
});

describe('The periodic tasks', () => {
  const run = async () => {
    for (const task of service.dependencies.exports.workerTasks) await task.run();
  };

  test('delete the file of an export after the retention period, and links to it return 410', async () => {
    const { id, link: created } = await finished();
    await db
      .updateTable('news_exports')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('id', '=', id)
      .execute();
    await run();
    expect(await read(id)).toMatchObject({ state: 'expired', link: null });
    expect([...(await files())].filter((name) => name.startsWith(id))).toEqual([]);
    expect((await link(created?.url ?? '')).status).toBe(410);
    await db
      .updateTable('news_exports')
      .set({ created_at: new Date(Date.now() - 61 * 86_400_000) })
      .where('id', '=', id)
      .execute();
    await run();
    expect(await db.selectFrom('news_exports').select('id').where('id', '=', id).execute()).toEqual([]);
  });

  test('delete old files of no export, and keep those of exports, recent ones and other files', async () => {
    const { utimes, writeFile } = await import('node:fs/promises');
    const { id } = await finished();
    const kept = [...(await files())].filter((name) => name.startsWith(id));
    const old = new Date(Date.now() - 48 * 3_600_000);
    const [orphan, crashed, recent] = [
      keyOf(randomUUID(), 1, 'csv'),
      `${keyOf(randomUUID(), 1, 'csv')}.part`,
      keyOf(randomUUID(), 1, 'csv'),
    ];
    const others = ['accounts.csv', `${id}.csv`, '.nfs0001'];
    for (const name of [orphan, crashed, recent, ...others]) await writeFile(`${exportsFolder()}/${name}`, 'x');
    for (const name of [orphan, crashed, ...others, ...kept]) await utimes(`${exportsFolder()}/${name}`, old, old);
    await run();
    const left = await files();
    expect([...kept, recent, ...others].filter((name) => !left.has(name))).toEqual([]);
    expect(left.has(orphan) || left.has(crashed)).toBe(false);
  });
});
