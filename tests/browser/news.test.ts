import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { testDatabase as db } from '../../service/testing/database.ts';
import { insertSource } from '../../service/testing/news.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { browserPath, describeWithBrowser, expectUsable } from './chromium.ts';
import { allAnalyzed, closedHost, isLoaded, type NewsUnderTest, pressHost, startNews } from './news-service.ts';

let news: NewsUnderTest;
beforeAll(async () => {
  if (browserPath !== undefined) news = await startNews();
});
afterEach(async () => {
  if (browserPath !== undefined) expect(await news.closePages()).toEqual([]);
});
afterAll(() => news?.close());

const spanish = { width: 360, scheme: 'dark', locale: 'es-ES' } as const;
const english = { width: 1280, scheme: 'light', locale: 'en-GB' } as const;
const button = (place: Page | Locator, name: string) => place.getByRole('button', { name, exact: true });
const link = (place: Page | Locator, name: string) => place.getByRole('link', { name, exact: true });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const see = (place: Page | Locator, text: string | RegExp) => place.getByText(text).first().waitFor();
const rowOf = (place: Page | Locator, text: string) => place.getByRole('row').filter({ hasText: text });
const isGone = (locator: Locator) => locator.first().waitFor({ state: 'detached' });

describeWithBrowser('News without sources', () => {
  test('explain to an administrator how to add the first one', async () => {
    const observed = await news.open('#/news', spanish);
    const { page } = observed;
    await page.getByRole('heading', { name: 'Todavía no hay fuentes' }).waitFor();
    await see(page, /NEWS_CONTACT/);
    await expectUsable(observed, 'news-first-360-dark-es');
    await link(page, 'Añadir la primera fuente').click();
    await page.getByLabel('Dirección', { exact: true }).waitFor();
  });

  test('say to a reader who adds them, and leave the studio without a row of topics', async () => {
    const { page } = await news.open('#/news', english, 'reader-key');
    await see(page, 'An administrator adds the first source.');
    expect(await link(page, 'Sources').count()).toBe(0);
    await link(page, 'Studio').click();
    await page.getByLabel('What does the picture show?').waitFor();
    expect(await page.getByText('Talked about this week').count()).toBe(0);
  });
});

describeWithBrowser('News', () => {
  beforeAll(async () => {
    await news.insertNews();
    await insertSource(db, { name: 'Village press', url: `${news.web.origin(String(pressHost))}/feed.xml`, interval_minutes: 10_080 });
    await insertSource(db, { name: 'Closed press', url: `${news.web.origin(String(closedHost))}/feed.xml`, interval_minutes: 10_080 });
  });

  /** Views by the name of their screenshot: the address, and what is opened in it. */
  const views: Readonly<Record<string, readonly [address: string, open?: (page: Page) => Promise<void>]>> = {
    overview: ['#/news', async (page) => page.locator('.news-chart summary').last().click()],
    articles: ['#/news/articles?q=mammography&days=90&country=US'],
    article: ['#/news/articles', async (page) => page.locator('tbody a').first().click()],
    exports: ['#/news/exports?sentiment=negative'],
    sources: ['#/news/sources'],
    source: ['#/news/sources', async (page) => page.locator('tbody a').first().click()],
    'source-new': ['#/news/sources/new'],
  };
  // The other views of the page are examined in all appearances; these have the same parts.
  test.each([spanish, english])('are usable and accessible at $width px, $scheme, $locale', async (appearance) => {
    const observed = await news.open('#/news', appearance);
    const { page } = observed;
    for (const [name, [address, open]] of Object.entries(views)) {
      await page.goto(`${news.url}/${address}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await isLoaded(page);
      await open?.(page);
      await isLoaded(page);
      await expectUsable(observed, `news-${name}-${appearance.width}-${appearance.scheme}-${appearance.locale.slice(0, 2)}`);
    }
  });

  test('show the week with its change, and every chart with the same numbers in a table', async () => {
    const { page } = await news.open('#/news');
    const figures = region(page, 'This week at a glance');
    const response = await page.request.get(`${news.url}/api/analytics/dashboard`);
    const { articles } = (await response.json()) as { articles: { current: number; previous: number } };
    await see(figures, String(articles.current));
    await see(figures, `${articles.current - articles.previous} more than the week before`);
    for (const title of ['Tone over time', 'Topics', 'Countries']) {
      const chart = region(page, title);
      await chart.getByRole('img', { name: title }).waitFor();
      await chart.getByText('The same numbers as a table').click();
      expect(await chart.getByRole('row').count()).toBeGreaterThan(1);
    }
    const topic = region(page, 'Topics').getByRole('row').nth(1);
    const count = await topic.getByRole('cell').first().textContent();
    await topic.getByRole('link').click();
    await page.getByRole('heading', { name: 'Articles', level: 1 }).waitFor();
    await isLoaded(page);
    expect(await page.locator('tbody tr').count()).toBe(Math.min(Number(count), 50));
  });

  test('say that there is no data if no article matches', async () => {
    const { page } = await news.open('#/news?country=IS');
    await see(region(page, 'This week at a glance'), 'No data');
    await see(page, 'No articles match these filters.');
    expect(await page.locator('.news-chart').count()).toBe(0);
  });

  test('keep the filters in the address: a link shows the same, and the back button undoes a change', async () => {
    const { page } = await news.open('#/news/articles?days=90&q=mammography&country=US');
    await isLoaded(page);
    expect(await page.getByLabel('Period').inputValue()).toBe('90');
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('mammography');
    await see(page.locator('mark'), /mammography/i);
    await page.getByLabel('Tone').selectOption('negative');
    await page.waitForURL(/sentiment=negative/);
    await button(page, 'Copy link to this view').click();
    const shared = await page.evaluate<string>('navigator.clipboard.readText()');
    await page.goBack();
    await page.waitForURL((url) => !url.hash.includes('sentiment'));
    expect(await page.getByLabel('Tone').inputValue()).toBe('');
    await page.goto('about:blank');
    await page.goto(shared);
    await button(page, 'Remove filter: Tone: Negative').waitFor();
    await link(page, 'Overview').click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await button(page, 'Remove filter: Search: mammography').click();
    await page.waitForURL((url) => !url.hash.includes('q='));
    await button(page, 'Remove all filters').click();
    await page.waitForURL((url) => url.hash === '#/news/overview');
  });

  test('are in the order that the visitor chooses, by rank only for a search, and a link keeps it', async () => {
    const { page } = await news.open('#/news/articles?days=90&sentiment=negative');
    const order = page.getByLabel('Order');
    const titles = () => page.locator('tbody a').allTextContents();
    await isLoaded(page);
    const newest = await titles();
    expect(await order.locator('option').allTextContents()).toEqual(['Newest first', 'Oldest first']);
    await order.selectOption('oldest');
    await page.waitForURL(/sort=oldest/);
    await waitUntil(titles, (found) => found[0] === newest.at(-1));
    expect(await titles()).toEqual(newest.toReversed());
    const response = await page.request.get(`${news.url}/api/articles?q=mammography&sort=rank`);
    const { items } = (await response.json()) as { items: { title: string }[] };
    await page.goto(`${news.url}/#/news/articles?q=mammography&sort=rank`);
    await waitUntil(titles, (found) => found.join() === items.map(({ title }) => title).join());
    expect(await order.inputValue()).toBe('rank');
    await button(page, 'Remove filter: Search: mammography').click();
    await page.waitForURL((url) => !url.hash.includes('sort'));
    await waitUntil(
      () => order.inputValue(),
      (value) => value === 'newest',
    );
  });

  test('need only the keyboard: search, open an article, and return', async () => {
    const { page } = await news.open('#/news/articles', spanish);
    await page.getByRole('searchbox', { name: 'Buscar' }).focus();
    await page.keyboard.type('retrasos');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=retrasos/);
    await isLoaded(page);
    await page.locator('tbody a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Retrasos en las mamografías/ }).waitFor();
    await link(page, 'Volver a los artículos').focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('searchbox', { name: 'Buscar' }).inputValue()).toBe('retrasos');
  });

  test('explain why an article is relevant, its tone and topics, and link to its source in a new tab', async () => {
    const { page } = await news.open('#/news/articles?q=trastuzumab');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: /trastuzumab improves survival/ }).waitFor();
    await see(page, /\d+% relevant/);
    await rowOf(page, 'breast cancer').first().waitFor();
    await see(page, /Positive, with a confidence of \d+%/);
    await see(page, 'Treatment');
    const source = page.getByRole('link', { name: /Read at the source/ });
    expect(await source.getAttribute('target')).toBe('_blank');
    expect(await source.getAttribute('rel')).toBe('noreferrer');
    expect(await source.getAttribute('href')).toMatch(/^https:\/\/news\.example\//);
  });

  test('say what happened and read again if the service does not respond', async () => {
    const { page } = await news.open('#/news/exports');
    await page.route('**/api/articles?**', (route) => route.abort());
    await link(page, 'Articles').click();
    await see(page.getByRole('alert'), 'The service does not respond.');
    await page.unroute('**/api/articles?**');
    await button(page, 'Try again').click();
    await page.locator('tbody tr').first().waitFor();
  });

  test('offer topics of this week to the studio, which adds the one that is clicked', async () => {
    const { page } = await news.open('#/');
    const topics = region(page, 'Talked about this week');
    const topic = topics.getByRole('button').first();
    const text = (await topic.textContent()) ?? '';
    await topic.click();
    expect(await page.getByLabel('What does the picture show?').inputValue()).toBe(text);
  });
});

describeWithBrowser('The sources of news', () => {
  test('are fetched on request, and their articles appear', async () => {
    const { page } = await news.open('#/news/sources');
    await link(page, 'Village press').click();
    await button(page, 'Fetch now').click();
    await see(rowOf(page, '3 new of 3'), 'Fetched');
    await see(rowOf(page, '3 new of 3'), 'On request');
    await allAnalyzed();
    await link(page, 'Articles').click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('village');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=village/);
    await page.locator('tbody tr').nth(2).waitFor();
  });

  test('say why a fetch was rejected, in the language of the page', async () => {
    const { page } = await news.open('#/news/sources', spanish);
    await link(page, 'Closed press').click();
    await button(page, 'Leer ahora').click();
    await see(page, 'robots.txt lo prohíbe.');
    await see(page, 'Rechazada');
  });

  test('are checked while the form is filled, added, paused, changed and deleted', async () => {
    const { page } = await news.open('#/news/sources/new');
    await page.getByLabel('Name', { exact: true }).fill('Unreachable journal');
    await page.getByLabel('Address', { exact: true }).fill('https://journal.example.com/feed.xml');
    await page.getByLabel('Legal basis').selectOption('permission');
    await page.getByLabel('Address of the terms of use').fill('https://journal.example.com/terms');
    await page.getByRole('textbox', { name: 'Language' }).fill('es');
    await see(page, 'Spanish');
    await see(region(page, 'Check'), /Compliance score: \d+ of 100/);
    await see(region(page, 'Check'), 'The publisher gave permission.');
    await page.getByLabel('Fetch this source on schedule').uncheck();
    await button(page, 'Add source').click();
    await page.getByRole('heading', { name: 'Unreachable journal' }).waitFor();
    await see(page, 'Paused');
    expect(await button(page, 'Fetch now').isDisabled()).toBe(true);
    await link(page, 'Edit').click();
    await page.getByLabel('Minutes between fetches').fill('120');
    await button(page, 'Save').click();
    await see(page.locator('.facts'), '120');
    await button(page, 'Delete').click();
    await button(page.getByRole('dialog'), 'Delete').click();
    await isGone(page.getByRole('dialog'));
    await link(page, 'Salud Hoy').waitFor();
    expect(await link(page, 'Unreachable journal').count()).toBe(0);
  });

  test('show the errors of the service at their fields', async () => {
    const { page } = await news.open('#/news/sources/new');
    await page.getByLabel('Name', { exact: true }).fill('Salud Hoy');
    await page.getByLabel('Address', { exact: true }).fill('https://other.example.com/feed.xml');
    await page.getByLabel('Country', { exact: true }).fill('QQ');
    await button(page, 'Add source').click();
    await see(page, 'must be a country code of ISO 3166-1');
  });

  test('are hidden from users, who export, and readers, who do not', async () => {
    const { page: user } = await news.open('#/news/sources', english, 'user-key');
    await see(user, 'There is no such section, or your permissions do not include it.');
    expect(await link(user, 'Sources').count()).toBe(0);
    await link(user, 'Exports').click();
    await button(user, 'Create export').waitFor();
    const { page: reader } = await news.open('#/news/exports', english, 'reader-key');
    await see(reader, 'You have no exports yet.');
    expect(await button(reader, 'Create export').count()).toBe(0);
  });
});

describeWithBrowser('Exports of news', () => {
  test('are created with the filters of the page, downloaded and deleted', async () => {
    const { page } = await news.open('#/news/exports?q=trastuzumab', english, 'user-key');
    await button(page, 'Create export').click();
    const row = rowOf(page, 'Articles (CSV)').first();
    await see(row, 'Ready');
    const [file] = await Promise.all([page.waitForEvent('download'), row.getByRole('link', { name: /Download/ }).click()]);
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('trastuzumab improves survival');
    expect(text).not.toContain('Retrasos');
    await page.getByLabel('Content').selectOption('report');
    expect(await page.getByLabel('Format').inputValue()).toBe('pdf');
    await button(row, 'Delete').click();
    await button(page.getByRole('dialog'), 'Delete').click();
    await isGone(row);
  });
});
