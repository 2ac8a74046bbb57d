import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { makePicture } from '../../service/testing/pictures.ts';
import { neverResponds, respondsWithText, startUpstream, type Upstream } from '../../service/testing/upstream.ts';
import { describeWithBrowser, openBrowser, openPage } from './chromium.ts';
import { type ServedPage, startPage } from './service.ts';

const appearance = { width: 1280, scheme: 'light', locale: 'en-GB' } as const;
const answer = JSON.stringify({ captions: ['Four colours.', 'A small flag.', 'Squares.'], hashtags: ['#colours'], language: 'en' });

describeWithBrowser('The studio with a model that reads pictures', () => {
  let browser: Browser;
  let upstream: Upstream;
  let served: ServedPage;
  beforeAll(async () => {
    upstream = await startUpstream(respondsWithText(answer));
    const model = { provider: 'openai', id: 'eyes', base_url: upstream.url, capabilities: ['captions', 'streaming', 'vision'] };
    [browser, served] = await Promise.all([openBrowser(), startPage({ TEXT_MODELS: JSON.stringify([model]) })]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.end();
    await upstream?.close();
  });
  const open = async () => {
    const observed = await openPage(browser, served.url, appearance);
    await observed.page.goto(`${served.url}/#key=${await served.key()}`);
    await observed.page.getByRole('heading', { name: 'Write a caption' }).waitFor();
    return observed;
  };

  test('sends a picture without a description, and shows it in the post', async () => {
    const { page, context, errors } = await open();
    const buffer = await makePicture('png');
    await page.getByLabel('Picture', { exact: true }).setInputFiles({ name: 'flag.png', mimeType: 'image/png', buffer });
    await page.getByRole('img', { name: 'Your picture flag.png' }).waitFor();
    await page.getByRole('button', { name: 'Write captions' }).click();
    await page.getByText('Written by').waitFor();
    expect(await page.getByLabel('Caption 1').inputValue()).toBe('Four colours.');
    expect(JSON.stringify(upstream.requests.at(-1)?.body.messages)).toContain('data:image/');
    expect(await page.locator('img.post-picture').getAttribute('src')).toMatch(/^data:image\/png;base64,/);
    await page.getByText('The same with the API').click();
    expect(await page.locator('.samples code').textContent()).toContain('-F image=@picture.png');
    expect(await page.getByText('No language model is connected').isVisible()).toBe(false);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('rejects a file that is no picture before it is sent', async () => {
    const { page, context } = await open();
    await page
      .getByLabel('Picture', { exact: true })
      .setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
    expect(await page.getByRole('alert').textContent()).toBe('This file is no JPEG, PNG or WebP picture.');
    await context.close();
  });

  test('stops a request that takes too long, and the service stops the model', async () => {
    const { page, context } = await open();
    upstream.setBehaviours(neverResponds);
    const before = upstream.requests.length;
    await page.getByLabel('What does the picture show?').fill('A slow morning');
    await page.getByRole('button', { name: 'Write captions' }).click();
    await page.getByText('Writing …').last().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Write captions' }).waitFor();
    expect(await upstream.requests.at(-1)?.ended).toBe('closed');
    expect(upstream.requests.length - before).toBe(1);
    await context.close();
  });
});
