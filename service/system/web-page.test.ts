import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startService } from '../testing/service.ts';
import { builtPageFolder } from './web-page.ts';

describe('The page at /', () => {
  let service: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  const get = (path: string, accept = 'text/html') => fetch(service.url + path, { headers: { Accept: accept } });
  const filesIn = (page: string) => [...page.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path ?? '');

  test('is served to browsers, JSON to other clients, and caches check both', async () => {
    const page = await get('/');
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    expect(page.headers.get('Vary')).toContain('Accept');
    expect((await get('/', 'application/json')).headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  });

  test('loads only files of this service, which clients may keep for a year because their names change with their content', async () => {
    const paths = filesIn(await (await get('/')).text());
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) {
      const file = await get(path, '*/*');
      expect({ path, status: file.status }).toEqual({ path, status: 200 });
      expect(path).toMatch(/^\/page\/\w+-[\w-]{8}\.(?:js|css|svg)$/);
      expect(file.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      expect(file.headers.get('Content-Type')).toMatch(/^(?:text\/(?:javascript|css)|image\/svg\+xml)/);
    }
  });

  test('serves no file outside of its folder', async () => {
    for (const name of ['..%2findex.html', '..%2f..%2fpackage.json', 'unknown.js', '%00'])
      expect((await get(`/page/${name}`, '*/*')).status).toBeGreaterThanOrEqual(400);
  });
});

test('The built page is next to the sources, and next to main.js in the image', () => {
  expect(builtPageFolder('file:///src/service/system/web-page.ts')).toBe('/src/build/web');
  expect(builtPageFolder('file:///app/main.js')).toBe('/app/web');
  expect(builtPageFolder('file:///app/chunks/app-ABC.js')).toBe('/app/web');
});
