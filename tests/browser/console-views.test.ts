import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { appearances, browserPath, horizontalOverflow, screenshot, seriousViolations } from './chromium.ts';
import { type ConsoleUnderTest, startConsole } from './signed-in.ts';

const withBrowser = browserPath === undefined ? describe.skip : describe;

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const groups = ['web', 'shop', 'newsletter', 'mobile', 'support', 'partners', 'tests'];

/** Usage of a month, which a new service does not have yet. */
function monthOfUsage(address: string) {
  const query = new URL(address).searchParams;
  const bucket = query.get('bucket') ?? 'hour';
  const [from, to] = [query.get('from') ?? '', new Date().toISOString()];
  const starts: number[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += bucket === 'hour' ? hourMs : dayMs) starts.push(at);
  const shown = query.has('group_by') ? groups : [null];
  const items = starts.flatMap((at, index) =>
    shown.map((group, rank) => {
      const requests = 40 + ((index * 37 + rank * 53) % 160);
      const rest = { cached: requests >> 2, prompt_tokens: 31 * requests, completion_tokens: 92 * requests, cost_micros: 412 * requests };
      return { bucket: new Date(at).toISOString(), group, requests, ...rest };
    }),
  );
  return { from, to, bucket, group_by: query.get('group_by'), items, next: null };
}

let console: ConsoleUnderTest;
beforeAll(async () => {
  if (browserPath === undefined) return;
  console = await startConsole();
  const token = await console.tokenOf('admin');
  const limits = { quota: { requests: 1000, window_seconds: 60 }, budget_micros: 25_000_000 };
  for (const name of ['Web shop', 'Newsletter of the marketing department'])
    await console.call('POST', '/api/v1/keys', token, { name, ...limits });
  for (const username of ['ada', 'grace']) await console.call('POST', '/users', token, { username, email: `${username}@example.com` });
  const item = {
    kind: 'generate',
    content_description: 'Fresh bread from our bakery',
    style: 'playful',
    audience: 'food',
    client_id: 'web',
  };
  await console.call('POST', '/api/v1/batch', token, { items: [item, { kind: 'query', query: 'What is 6 * 7?' }] });
});
afterAll(() => console?.close());

const isLoaded = (page: Page) => page.locator('.loading').first().waitFor({ state: 'detached' });
const openFirst = (selector: string) => (page: Page) => page.locator(selector).first().click();

/** What the console shows, by the name of the screenshot: the section, and what is opened in it. */
const views: Readonly<Record<string, readonly [section: string, open?: (page: Page) => Promise<void>]>> = {
  overview: ['overview'],
  keys: ['keys'],
  'key-create': ['keys', openFirst('.area-section button.primary')],
  'key-revoke': ['keys', openFirst('.actions button.danger')],
  usage: [
    'usage',
    (page) =>
      page
        .locator('.filters select')
        .last()
        .selectOption('client')
        .then(() => page.locator('.legend').first().waitFor()),
  ],
  batches: ['batches'],
  'batch-file': [
    'batches',
    async (page) => {
      const text = 'Picture,style,count\nA dog on the beach,loud,2\nFresh bread,playful,9\n';
      await page.locator('input[type=file]').setInputFiles({ name: 'posts.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await page.locator('.problem-list').waitFor();
    },
  ],
  batch: [
    'batches',
    (page) =>
      page
        .locator('table a')
        .first()
        .click()
        .then(() => page.locator('.caption-text').nth(1).waitFor()),
  ],
  users: ['users'],
  'user-delete': ['users', openFirst('.actions button.danger')],
  audit: ['audit'],
  profile: ['profile'],
};

withBrowser('The console', () => {
  test.each(appearances)('has no serious accessibility violation at $width px, $scheme, $locale', async (appearance) => {
    const found: Record<string, unknown> = {};
    const page = await console.open('overview', { appearance });
    await page.route('**/api/v1/usage?**', (route) => route.fulfill({ json: monthOfUsage(route.request().url()) }));
    for (const [name, [section, open]] of Object.entries(views)) {
      await page.goto(`${console.url}/#/console/${section}`);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await isLoaded(page);
      await open?.(page);
      const [violations, overflow] = [await seriousViolations(page), await horizontalOverflow(page)];
      if (violations.length > 0 || overflow > 0) found[name] = { violations, overflow };
      await screenshot(page, `console-${name}-${appearance.width}-${appearance.scheme}-${appearance.locale.slice(0, 2)}`);
    }
    expect(found).toEqual({});
    expect(await console.closePages()).toEqual([]);
  });
});
