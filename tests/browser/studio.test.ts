import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { type Appearance, appearances, describeWithBrowser, expectUsable, openBrowser, openPage } from './chromium.ts';
import { admin, type ServedPage, startPage } from './service.ts';

const run = promisify(execFile);
const english = { width: 1280, scheme: 'light', locale: 'en-GB' } as const;

describeWithBrowser('The studio', () => {
  let browser: Browser;
  let served: ServedPage;
  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), startPage()]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.end();
  });
  const open = (appearance: Appearance = english) => openPage(browser, served.url, appearance);
  const clipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');

  async function signIn(page: Page, { locale }: Appearance = english) {
    const [username, password] = locale === 'es-ES' ? ['Usuario', 'Contraseña'] : ['User name', 'Password'];
    await page.goto(served.url);
    await page.getByLabel(username ?? '', { exact: true }).fill(admin.username);
    await page.getByLabel(password ?? '', { exact: true }).fill(admin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  /** Writes captions for a description and waits until all are there. */
  async function write(page: Page, description: string) {
    await page.getByLabel('What does the picture show?').fill(description);
    await page.getByRole('button', { name: 'Write captions' }).click();
    await page.getByText('Written by').waitFor();
  }

  test.each(appearances)('is usable and accessible at $width px, $scheme, $locale', async (appearance) => {
    const observed = await open(appearance);
    const { page, context } = observed;
    const name = `${appearance.width}-${appearance.scheme}-${appearance.locale.slice(0, 2)}`;
    await page.goto(served.url);
    await page.getByRole('heading', { level: 2 }).waitFor();
    await expectUsable(observed, `sign-in-${name}`);
    await signIn(page, appearance);
    await page.locator('.examples button').first().waitFor();
    await expectUsable(observed, `studio-empty-${name}`);
    await page.locator('.examples button').first().click();
    await page.locator('.caption').nth(2).waitFor();
    await page.locator('.caption button').first().click();
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    await expectUsable(observed, `studio-${name}`);
    expect(await page.evaluate('document.documentElement.lang')).toBe(appearance.locale.slice(0, 2));
    await context.close();
  });

  test('signs in with the address that the first start prints, and removes the key from it', async () => {
    const { page, context } = await open();
    await page.goto(`${served.url}/#key=${await served.key()}`);
    await page.getByRole('heading', { name: 'Write a caption' }).waitFor();
    expect(page.url()).toBe(`${served.url}/`);
    await page.reload();
    await page.getByRole('heading', { name: 'Write a caption' }).waitFor();
    await context.close();
  });

  test('keeps the credential out of reach of scripts, and nothing in the browser after signing out', async () => {
    const { page, context } = await open();
    await signIn(page);
    await write(page, 'A red kite over the dunes');
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await page.locator('.history li').waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate('document.cookie')).toBe('');
    const stored = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).toContain('red kite');
    expect(stored).not.toContain(cookie?.value);
    expect(stored).not.toContain(admin.password);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate<string>('JSON.stringify({ ...localStorage })')).not.toContain('red kite');
    await page.getByLabel('User name', { exact: true }).fill(admin.username);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.keyboard.press('Enter');
    await page.getByText('Captions that you copy are listed here.').waitFor();
    expect(await page.getByLabel('What does the picture show?').inputValue()).toBe('');
    expect(await page.locator('.caption').count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });

  test('says why a sign-in failed', async () => {
    const { page, context } = await open();
    await page.goto(served.url);
    await page.getByLabel('User name', { exact: true }).fill(admin.username);
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('Wrong user name or password.');
    await context.close();
  });

  test('copies an edited caption with the hashtags that are chosen, and shows it as a post', async () => {
    const { page, context } = await open();
    await signIn(page);
    await write(page, 'Sunset over the beach in Cádiz with old friends');
    await page.getByLabel('Caption 2').fill('Our own words.');
    const tags = await page.getByRole('group', { name: 'Hashtags of the post' }).getByRole('checkbox').all();
    expect(tags.length).toBeGreaterThan(2);
    for (const tag of tags.slice(1)) await tag.uncheck({ force: true });
    const first = await page.getByRole('group', { name: 'Hashtags of the post' }).locator('label').first().textContent();
    await page.locator('.caption').nth(1).getByRole('button', { name: 'Copy' }).click();
    expect(await clipboard(page)).toBe(`Our own words.\n\n${first}`);
    expect(await page.getByRole('region', { name: 'Preview of the post' }).textContent()).toContain('Our own words.');
    await context.close();
  });

  test('adds other captions like one of them, each different, until the model has no other', async () => {
    const { page, context } = await open();
    await signIn(page);
    await write(page, 'Fresh bread from the oven');
    const captions = () =>
      page.locator('.caption textarea').evaluateAll((areas) => areas.map((area) => String(Reflect.get(area, 'value'))));
    const noOther = page.getByText('The model has no other caption for this.', { exact: false });
    for (let count = 3; !(await noOther.isVisible()) && count < 40; count += 1) {
      await page.getByRole('button', { name: 'Another like this' }).first().click();
      await page.locator('.caption').nth(count).or(noOther).first().waitFor();
    }
    expect(await noOther.isVisible()).toBe(true);
    const all = await captions();
    expect(all.length).toBeGreaterThan(4);
    expect(new Set(all).size).toBe(all.length);
    await context.close();
  });

  test('sends the options, and remembers them for the next visit', async () => {
    const { page, context } = await open();
    await signIn(page);
    await page.getByText('Options', { exact: true }).click();
    await page.getByLabel('Language', { exact: true }).last().selectOption('es');
    await page.getByLabel('Hashtags: 10 at most').fill('2');
    await page.getByLabel('Call to action').fill('Reserva en cafe.example');
    const request = page.waitForRequest((each) => each.url().endsWith('/api/v4/generate'));
    await write(page, 'Coffee in the garden');
    expect((await request).postDataJSON()).toMatchObject({ language: 'es', hashtags: 2, call_to_action: 'Reserva en cafe.example' });
    expect(await page.getByLabel('Caption 1').inputValue()).toContain('Reserva en cafe.example');
    expect(await page.getByRole('group', { name: 'Hashtags of the post' }).getByRole('checkbox').count()).toBeLessThanOrEqual(2);
    await page.reload();
    await page.getByText('Options', { exact: true }).click();
    expect(await page.getByLabel('Call to action').inputValue()).toBe('Reserva en cafe.example');
    await context.close();
  });

  test('shows code of the last request that runs as it is', async () => {
    const { page, context } = await open();
    await signIn(page);
    await write(page, 'It\'s our café: 20 % off, "today" only');
    await page.getByText('The same with the API').click();
    const samples = page.locator('.samples');
    const env = { ...process.env, API_KEY: await served.key() };
    await samples.getByText('curl', { exact: true }).click();
    const { stdout } = await run('sh', ['-c', (await samples.locator('code').textContent()) ?? ''], { env });
    expect(z.looseObject({ caption: z.string() }).parse(JSON.parse(stdout)).caption).toContain("It's our café");
    await samples.getByText('JavaScript', { exact: true }).click();
    const script = (await samples.locator('code').textContent()) ?? '';
    expect((await run(process.execPath, ['--input-type=module', '--eval', script], { env })).stdout).toContain("It's our café");
    await samples.getByText('Python', { exact: true }).click();
    const python = (await samples.locator('code').textContent()) ?? '';
    expect((await run('python3', ['-c', python], { env })).stdout).toContain("It's our café");
    await context.close();
  });

  test('needs only the keyboard', async () => {
    const { page, context } = await open();
    await signIn(page);
    await page.reload();
    await page.getByText('How to connect one').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    // The notice about the offline model comes first.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA');
    await page.keyboard.type('A lighthouse in the fog');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Written by').waitFor();
    expect(await page.getByLabel('Caption 1').inputValue()).toContain('lighthouse');
    await context.close();
  });

  test('explains in one line that no language model is connected', async () => {
    const { page, context } = await open();
    await signIn(page);
    await page.getByText('No language model is connected: the offline model writes from rules.').waitFor();
    await context.close();
  });

  test('shows what is wrong with a description, and keeps it', async () => {
    const { page, context } = await open();
    await signIn(page);
    await page.getByLabel('What does the picture show?').fill('IMG_1234.jpg');
    await page.getByRole('button', { name: 'Write captions' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/\w{3,}/);
    expect(await page.getByLabel('What does the picture show?').inputValue()).toBe('IMG_1234.jpg');
    await context.close();
  });

  test('uses a caption of the history again', async () => {
    const { page, context } = await open();
    await signIn(page);
    await write(page, 'Snow on the roofs of Granada');
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await page.getByRole('button', { name: 'Use again' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Use again' }).click();
    expect(await page.getByLabel('What does the picture show?').inputValue()).toBe('Snow on the roofs of Granada');
    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByText('Captions that you copy are listed here.').waitFor();
    await context.close();
  });
});
