import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { appearances, browserPath, horizontalOverflow, openBrowser, openPage, screenshot, seriousViolations } from './chromium.ts';

const withBrowser = browserPath === undefined ? describe.skip : describe;
if (browserPath === undefined) process.stderr.write('skipped: no Chromium on this machine; CHROMIUM names one\n');

const password = 'a pass phrase of the tests';
let browser: Browser;
let service: ServiceProcess;
let folder: string;
let url: string;

beforeAll(async () => {
  if (browserPath === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'leyenda-browser-'));
  service = spawnService({
    LEYENDA_DATA_DIR: folder,
    FIRST_ADMIN_PASSWORD: password,
    RATE_LIMIT_IP_REQUESTS: '100000',
    RATE_LIMIT_IP_ALL_REQUESTS: '100000',
    RATE_LIMIT_LOGIN_REQUESTS: '100000',
  });
  url = await service.url();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.end();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

withBrowser('The sign-in form', () => {
  test.each(appearances)('has no serious accessibility violation at $width px, $scheme, $locale', async (appearance) => {
    const { page, context, errors, foreignRequests } = await openPage(browser, url, appearance);
    await page.goto(url);
    await page.getByRole('heading', { level: 2 }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, `sign-in-${appearance.width}-${appearance.scheme}-${appearance.locale.slice(0, 2)}`);
    expect(errors).toEqual([]);
    expect(foreignRequests).toEqual([]);
    await context.close();
  });
});
