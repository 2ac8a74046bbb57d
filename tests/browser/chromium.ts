import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/opt/google/chrome/chrome'];

/** The browser of this machine, or undefined: these tests download none. `CHROMIUM` names another. */
export const browserPath = process.env.CHROMIUM ?? candidates.find((path) => existsSync(path));

if (browserPath === undefined) process.stderr.write('skipped: no Chromium on this machine; CHROMIUM names one\n');
/** Tests that need a browser. */
export const describeWithBrowser = browserPath === undefined ? describe.skip : describe;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(browserPath !== undefined && { executablePath: browserPath }), args: ['--no-sandbox'] });

export interface Appearance {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly locale: 'en-GB' | 'es-ES';
}

/** The appearances in which every view is examined. */
export const appearances: readonly Appearance[] = [
  { width: 360, scheme: 'light', locale: 'en-GB' },
  { width: 360, scheme: 'dark', locale: 'es-ES' },
  { width: 1280, scheme: 'light', locale: 'es-ES' },
  { width: 1280, scheme: 'dark', locale: 'en-GB' },
];

/** A page that records what the browser reports: errors in the console, exceptions, violations of the content security policy. */
export interface ObservedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: readonly string[];
  /** Addresses of requests to other origins than that of the page. */
  readonly foreignRequests: readonly string[];
}

export async function openContext(browser: Browser, origin: string, { width, scheme, locale }: Appearance): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, locale });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  // A busy machine must never reach it.
  context.setDefaultTimeout(180_000);
  return context;
}

/** Opens a page in a context of its own. */
export const openPage = async (browser: Browser, origin: string, appearance: Appearance): Promise<ObservedPage> =>
  openPageIn(await openContext(browser, origin, appearance), origin);

export async function openPageIn(context: BrowserContext, origin: string): Promise<ObservedPage> {
  const page = await context.newPage();
  const errors: string[] = [];
  const foreignRequests: string[] = [];
  page.on('console', (message) => {
    // A browser logs every response with an error status; the page handles those.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) foreignRequests.push(request.url());
  });
  return { page, context, errors, foreignRequests };
}

/** Serious and critical violations that axe finds: rule, element, and what is wrong. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // As a script of the page's own origin it would violate the content security policy: evaluate() is not subject to it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: axe.Result[] }>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`));
}

/** Pixels by which the page is wider than the window. */
export const horizontalOverflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Writes `build/screenshots/NAME.png`, an artefact of the workflow. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../build/screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** What holds in every view: no serious violation of accessibility, no scrolling to the side, no error, no request to another host. */
export async function expectUsable({ page, errors, foreignRequests }: ObservedPage, name: string): Promise<void> {
  await screenshot(page, name);
  expect(await seriousViolations(page)).toEqual([]);
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  expect(errors).toEqual([]);
  expect(foreignRequests).toEqual([]);
}
