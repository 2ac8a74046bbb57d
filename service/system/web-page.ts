import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { documentationShapes as shapes } from './shapes.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the built page is: in `build/web` next to the sources, in the image in `web` next to main.js. */
export function builtPageFolder(module = import.meta.url): string {
  if (module.endsWith('.ts')) return fileURLToPath(new URL('../../build/web', module));
  return fileURLToPath(new URL(/\/chunks\/[^/]+$/.test(module) ? '../web' : './web', module));
}

/** Served if the page was not built: `npm ci --omit=dev` and `npm ci --ignore-scripts` do not build it. */
const missingPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Leyenda</title></head>
<body><h1>The page is not built</h1><p>Run <code>npm ci</code> with development packages, or <code>npm run build</code>.</p>
<p>The API works: <a href="/api/v1/docs">documentation</a>.</p></body></html>
`;

/** The function's first result, for every call. */
function once<T>(read: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: read() };
    return result.value;
  };
}

/** The page for people and the files that it loads; read from the disk once. */
export function webPage(folder = builtPageFolder()) {
  const readPage = once(() => readFile(`${folder}/index.html`, 'utf8').catch(() => missingPage));
  const readNames = once(() => readdir(`${folder}/page`).catch((): string[] => []));
  const contents = new Map<string, Promise<Buffer>>();
  const readContent = (name: string) => {
    const content = contents.get(name) ?? readFile(`${folder}/page/${name}`);
    contents.set(name, content);
    return content;
  };

  return {
    async sendPage(ctx: Context) {
      ctx.body = await readPage();
      ctx.type = 'text/html';
      ctx.set('Cache-Control', 'no-cache');
    },
    file: {
      shape: shapes.webFile,
      /** A file's name contains a hash of its content, so clients may keep it for a year. */
      async handle(ctx: Context) {
        const name = String(ctx.params.file);
        if (!(await readNames()).includes(name)) throw new Problem('not_found');
        ctx.body = await readContent(name);
        ctx.type = types[extname(name)] ?? 'application/octet-stream';
        ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
      },
    },
  };
}
