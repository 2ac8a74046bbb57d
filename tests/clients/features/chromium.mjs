/** Opens a page of an allowed origin that runs what `page.mjs` has; prints the results. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const { LEYENDA_URL, LEYENDA_KEY, LEYENDA_PAGE_PORT, LEYENDA_BROWSER } = process.env;
const entryPoints = [join(import.meta.dirname, 'page.mjs')];
const { outputFiles } = await build({ entryPoints, bundle: true, format: 'iife', platform: 'browser', write: false });
const settings = `Object.assign(globalThis, ${JSON.stringify({ LEYENDA_URL, LEYENDA_KEY })})`;
const server = createServer((_request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(
    `<!doctype html><meta charset="utf-8"><script>${settings}</script><script>${outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`,
  );
}).listen(Number(LEYENDA_PAGE_PORT), '127.0.0.1');
const browser = await chromium.launch({ executablePath: LEYENDA_BROWSER, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${LEYENDA_PAGE_PORT}/`);
  process.stdout.write(JSON.stringify(await page.evaluate(() => globalThis.results)));
} finally {
  await browser.close();
  server.close();
}
