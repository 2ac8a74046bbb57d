import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { endpoints } from '../../contract/endpoints/index.ts';
import { testDatabase } from '../../service/testing/database.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { appearances, browserPath, horizontalOverflow, openBrowser, openPage, screenshot, seriousViolations } from './chromium.ts';

const withBrowser = browserPath === undefined ? describe.skip : describe;
/** A busy machine takes long to draw all endpoints. */
const timeoutMs = 180_000;

let browser: Browser;
let service: TestService;
beforeAll(async () => {
  if (browserPath === undefined) return;
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '100000', RATE_LIMIT_LOGIN_REQUESTS: '100000' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await testDatabase.destroy();
  await globalThis.closeFixtures?.();
});

const phone: (typeof appearances)[number] = { width: 360, scheme: 'light', locale: 'en-GB' };

async function open(address: string, appearance = phone) {
  const { origin } = new URL(address);
  const opened = await openPage(browser, origin, appearance);
  opened.context.setDefaultTimeout(timeoutMs);
  await opened.page.goto(address);
  return opened;
}
async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('API key').waitFor({ state: 'detached' });
}
const nameOf = (page: string, { width, scheme }: (typeof appearances)[number]) => `${page}-${width}-${scheme}`;

withBrowser('The documentation page', () => {
  const openDocs = async (appearance = phone) => {
    const opened = await open(service.url + endpoints.docs.path, appearance);
    await opened.page.locator('#operations-Captions-generate .opblock-summary-control').click();
    await opened.page.locator('#operations-Captions-generate .response').first().waitFor();
    return opened;
  };

  test.each(appearances)('has no console error and no serious accessibility violation at $width px, $scheme', async (appearance) => {
    const { page, context, errors, foreignRequests } = await openDocs(appearance);
    expect(await seriousViolations(page)).toEqual([]);
    expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `build/screenshots/${nameOf('docs', appearance)}.png` });
    expect([errors, foreignRequests]).toEqual([[], []]);
    await context.close();
  });

  test('exchanges a key for a session, calls the API with it, stores the key nowhere, and signs out', async () => {
    const { page, context, errors } = await open(service.url + endpoints.docs.path);
    await signIn(page, 'developer-key');
    await page.locator('#operations-Captions-generate .opblock-summary-control').click();
    await page.locator('#operations-Captions-generate .try-out__btn').click();
    const answer = page.waitForResponse((response) => response.url().endsWith(endpoints.generate.path));
    await page.locator('#operations-Captions-generate .execute').click();
    expect((await answer).status()).toBe(200);
    expect(await page.locator('.curl-command').textContent()).toContain('Authorization: Bearer YOUR_API_KEY');
    const stored = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
    expect(await page.evaluate(stored)).toBe('[{},{},""]');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect([errors, await context.cookies()]).toEqual([[], []]);
    await context.close();
  });

  test('says what is wrong with a key, and where keys come from', async () => {
    const { page, context } = await open(service.url + endpoints.docs.path);
    await page.getByLabel('API key').fill('wrong-key');
    await page.keyboard.press('Enter');
    await page.getByText('Wrong API key.').waitFor();
    expect(await page.locator('.session').textContent()).toContain('prints a key');
    await context.close();
  });
});

withBrowser('The GraphiQL page', () => {
  const openEditor = (appearance = phone) => open(service.graphqlUrl + endpoints.graphiql.path, appearance);

  test.each(appearances)('shows the sign-in form without a console error at $width px, $scheme', async (appearance) => {
    const { page, context, errors, foreignRequests } = await openEditor(appearance);
    await page.getByText('Sign in to use the editor.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, nameOf('graphiql-signed-out', appearance));
    expect([errors, foreignRequests]).toEqual([[], []]);
    await context.close();
  });

  test.each(appearances)('runs a query with the session at $width px, $scheme', async (appearance) => {
    const { page, context, errors, foreignRequests } = await openEditor(appearance);
    await signIn(page, 'developer-key');
    const answer = page.waitForResponse(async (response) => (await response.text()).includes('"healthy":true'));
    await page.getByRole('button', { name: /execute/i }).click();
    expect((await answer).status()).toBe(200);
    await screenshot(page, nameOf('graphiql', appearance));
    expect([errors, foreignRequests]).toEqual([[], []]);
    await context.close();
  });

  test('names the permission that a key does not have', async () => {
    const { page, context, errors } = await openEditor();
    await signIn(page, 'user-key');
    await page.getByText('needs a key or user with the permission GraphQL_Access').waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });
});
