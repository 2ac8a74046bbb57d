import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from './bundle.ts';
import { packageFolders } from './bundled-packages.ts';

const kilobyte = 1000;

const run = promisify(execFile);

/** Builds the page in a process of its own: the native part of Vite does not accept the objects of Jest. */
async function buildPage(folder: string): Promise<readonly string[]> {
  const program = `import { bundleWeb } from './scripts/bundle-web.ts';
    process.stdout.write(JSON.stringify(await bundleWeb(process.argv[1])));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program, folder], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return JSON.parse(stdout);
}

describe('The page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-page-'));
  let modules: readonly string[];
  beforeAll(async () => {
    modules = await buildPage(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const compressed = (path: string) => gzipSync(readFileSync(join(folder, path))).length;
  /** Scripts and styles that the browser loads before it shows anything. */
  const firstFiles = () =>
    [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/(?:src|href)="\/(page\/[^"]+\.(?:js|css))"/g)].map(
      ([, path = '']) => path,
    );

  test('loads at most 150 kB for its first view, the studio, as gzip', () => {
    const files = firstFiles();
    expect(files.length).toBeGreaterThanOrEqual(2);
    const bytes = ['index.html', ...files].map(compressed).reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeLessThanOrEqual(150 * kilobyte);
  });

  test('has no other file above 55 kB, as gzip', () => {
    const others = readdirSync(join(folder, 'page')).filter((name) => !firstFiles().includes(`page/${name}`));
    expect(others.filter((name) => compressed(`page/${name}`) > 55 * kilobyte)).toEqual([]);
  });

  test('contains no package of the server', () => {
    const names = packageFolders(modules).map((path) => path.replace('node_modules/', ''));
    expect(names).toEqual(expect.arrayContaining(['react', 'zod', 'd3-geo']));
    const ofServer = /^(?:kysely|pg|pg-boss|koa|pino|ioredis|graphql|pdfkit|css-select|css-what|htmlparser2|fflate|@electric-sql|@resvg)\b/;
    expect(names.filter((name) => ofServer.test(name))).toEqual([]);
  });
});
