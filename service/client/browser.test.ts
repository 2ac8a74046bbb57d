import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { startService } from '../testing/service.ts';

/** The client as one script for a browser, and the packages in it. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, 'client.ts')],
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'leyenda',
    metafile: true,
    write: false,
  });
  return {
    script: outputFiles.map(({ text }) => text).join(''),
    packages: Object.keys(metafile.inputs).flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []),
  };
}

test('the client runs in a browser with the packages zod and eventsource-parser alone', async () => {
  const { script, packages } = await bundle();
  expect(new Set(packages)).toEqual(new Set(['eventsource-parser', 'zod']));
  const service = await startService();
  const web = { fetch, AbortController, AbortSignal, DOMException, TextDecoder, URL, URLSearchParams, setTimeout, clearTimeout };
  const health = await runInNewContext(`${script};leyenda.createClient({ baseUrl }).call('health')`, { ...web, baseUrl: service.url });
  expect(health).toMatchObject({ status: 'healthy' });
  await service.close();
});
