import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { browserPath } from './chromium.ts';
import { type ConsoleUnderTest, password, spanish, startConsole } from './signed-in.ts';

const withBrowser = browserPath === undefined ? describe.skip : describe;
if (browserPath === undefined) process.stderr.write('skipped: no Chromium on this machine; CHROMIUM names one\n');

let console: ConsoleUnderTest;
beforeAll(async () => {
  if (browserPath !== undefined) console = await startConsole();
});
afterEach(async () => {
  if (browserPath !== undefined) expect(await console.closePages()).toEqual([]);
});
afterAll(() => console?.close());

const button = (place: Page | Locator, name: string) => place.getByRole('button', { name, exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog');
const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
const isGone = (locator: Locator) => locator.waitFor({ state: 'detached' });
const see = (place: Page | Locator, text: string | RegExp) => place.getByText(text).first().waitFor();
const caption = { content_description: 'Sunset over the beach in Cádiz', style: 'casual', audience: 'general', client_id: 'web-shop' };

/** The text of the file that a click offers. */
async function downloaded(page: Page, click: () => Promise<void>): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return readFile(await file.path(), 'utf8');
}

/** Writes captions, and waits until they are counted. */
async function useCaptions(count: number, clients = ['web-shop']) {
  const token = await console.tokenOf('admin');
  const countUsed = async () => {
    const { items } = await console.call<{ items: { requests: number }[] }>('GET', '/api/v1/usage', token);
    return items.reduce((sum, { requests }) => sum + requests, 0);
  };
  const before = await countUsed();
  for (let index = 0; index < count; index += 1) {
    const request = { ...caption, content_description: `Beach ${before} ${index}`, client_id: clients[index % clients.length] };
    await console.call('POST', '/api/v4/generate', token, request);
  }
  await waitUntil(countUsed, (used) => used >= before + count);
  return before + count;
}

withBrowser('The overview', () => {
  test('shows the requests of today, a chart with a table of the same numbers, and the models', async () => {
    const used = await useCaptions(2);
    const page = await console.open('overview');
    const today = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Today' }) });
    await see(today, String(used));
    await page.getByText('The same numbers as a table').click();
    await rowOf(page, String(used)).waitFor();
    await rowOf(page, 'Available').waitFor();
  });

  test('shows what happened and reads again if the service does not respond', async () => {
    const page = await console.open('profile');
    await page.route('**/api/v1/models', (route) => route.abort());
    await page.getByRole('link', { name: 'Overview' }).click();
    await see(page.getByRole('alert'), 'The service does not respond.');
    await page.unroute('**/api/v1/models');
    await button(page, 'Try again').click();
    await rowOf(page, 'Available').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('shows the sign-in form once the session has ended elsewhere', async () => {
    const page = await console.open('profile');
    await page.context().request.delete(`${console.url}/auth/session`, { headers: { Origin: console.url } });
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByLabel('User name', { exact: true }).fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
  });
});

withBrowser('API keys', () => {
  /** Creates a key on the page. @returns its text */
  async function createKey(page: Page, name: string): Promise<string> {
    await button(page, 'Create key').click();
    await dialogOf(page).getByLabel('Name').fill(name);
    await button(dialogOf(page), 'Create key').click();
    const key = await dialogOf(page).locator('pre').textContent();
    return key ?? '';
  }

  test('are shown once, and the dialog stays open until the key is saved', async () => {
    const page = await console.open('keys');
    await button(page, 'Create key').click();
    const dialog = dialogOf(page);
    await dialog.getByLabel('Name').fill('Shop');
    await dialog.getByLabel('Write', { exact: true }).uncheck();
    await dialog.getByLabel('Expires').fill('2099-12-31');
    await dialog.getByLabel('Quota: requests').fill('50');
    await dialog.getByLabel('Quota: within seconds').fill('60');
    await dialog.getByLabel('Monthly budget in US dollars').fill('2.5');
    await button(dialog, 'Create key').click();
    const key = (await dialog.locator('pre').textContent()) ?? '';
    await page.keyboard.press('Escape');
    await button(dialog, 'Copy key').click();
    await button(dialog, 'Copied').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(key);
    await button(dialog, 'I have saved the key').click();
    await isGone(dialog);
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Create key');
    expect(await page.content()).not.toContain(key);
    const row = rowOf(page, 'Shop');
    for (const text of ['Read, API_Access', '50 in 60 s', '$2.50 a month', /Dec 31, 2099/]) await see(row, text);
    expect(await console.statusOf(key)).toBe(200);
  });

  test('are rotated with both texts valid, changed, and revoked', async () => {
    const page = await console.open('keys');
    const first = await createKey(page, 'Newsletter');
    await button(dialogOf(page), 'I have saved the key').click();
    await button(rowOf(page, 'Newsletter'), 'Rotate: Newsletter').click();
    await dialogOf(page).getByLabel('The previous key works for').selectOption('1 hour');
    await button(dialogOf(page), 'Rotate').click();
    const second = (await dialogOf(page).locator('pre').textContent()) ?? '';
    await button(dialogOf(page), 'I have saved the key').click();
    await see(rowOf(page, 'Newsletter'), 'The previous key works until');
    expect(await Promise.all([first, second].map(console.statusOf))).toEqual([200, 200]);

    await button(rowOf(page, 'Newsletter'), 'Change: Newsletter').click();
    await dialogOf(page).getByLabel('Name').fill('Weekly');
    await dialogOf(page).getByLabel('Quota: requests').fill('7');
    await dialogOf(page).getByLabel('Quota: within seconds').fill('10');
    await button(dialogOf(page), 'Save').click();
    await see(rowOf(page, 'Weekly'), '7 in 10 s');

    await button(rowOf(page, 'Weekly'), 'Revoke: Weekly').click();
    await page.keyboard.press('Escape');
    await isGone(dialogOf(page));
    expect(await console.statusOf(second)).toBe(200);
    await button(rowOf(page, 'Weekly'), 'Revoke: Weekly').click();
    await button(dialogOf(page), 'Revoke').click();
    await see(rowOf(page, 'Weekly'), 'Revoked');
    expect(await Promise.all([first, second].map(console.statusOf))).toEqual([401, 401]);
  });

  test('are shown after a rotation that ends the session', async () => {
    const token = await console.tokenOf('admin');
    const { key } = await console.call<{ key: string }>('POST', '/api/v1/keys', token, { name: 'Signed in' });
    const page = await console.open('keys', { apiKey: key });
    await button(rowOf(page, 'Signed in'), 'Rotate: Signed in').click();
    await see(dialogOf(page), 'You are signed in with this key.');
    await dialogOf(page).getByLabel('The previous key works for').selectOption('No longer: it stops at once');
    await button(dialogOf(page), 'Rotate').click();
    await page.getByLabel('User name', { exact: true }).waitFor({ state: 'attached' });
    const rotated = (await dialogOf(page).locator('pre').textContent()) ?? '';
    expect(await Promise.all([key, rotated].map(console.statusOf))).toEqual([401, 200]);
    await button(dialogOf(page), 'I have saved the key').click();
    await isGone(dialogOf(page));
  });

  test('show why the service rejects a field, at the field', async () => {
    const page = await console.open('keys');
    await button(page, 'Create key').click();
    await dialogOf(page).getByLabel('Name').fill('Too much');
    await dialogOf(page).getByLabel('Quota: requests').fill('5');
    await dialogOf(page).getByLabel('Quota: within seconds').fill('100000');
    await button(dialogOf(page), 'Create key').click();
    const field = dialogOf(page)
      .locator('.field')
      .filter({ has: page.getByLabel('Quota: within seconds') });
    await see(field, '86400');
    await see(dialogOf(page).getByRole('alert'), 'Correct the marked fields.');
  });

  test('need at least one permission', async () => {
    const page = await console.open('keys');
    await button(page, 'Create key').click();
    await dialogOf(page).getByLabel('Name').fill('Nothing');
    for (const permission of ['Read', 'Write', 'API_Access']) await dialogOf(page).getByLabel(permission, { exact: true }).uncheck();
    await button(dialogOf(page), 'Create key').click();
    expect(await dialogOf(page).locator('input:invalid').count()).toBeGreaterThan(0);
    expect(await dialogOf(page).locator('pre').count()).toBe(0);
  });

  test('can be created by keyboard alone', async () => {
    const page = await console.open('keys');
    await button(page, 'Create key').focus();
    await page.keyboard.press('Enter');
    await dialogOf(page).getByLabel('Name').waitFor();
    await page.keyboard.type('Keyboard');
    await page.keyboard.press('Enter');
    await dialogOf(page).locator('pre').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await isGone(dialogOf(page));
    await rowOf(page, 'Keyboard').waitFor();
  });
});

withBrowser('Usage', () => {
  test('is shown by group, in charts, tables and a CSV file', async () => {
    const used = await useCaptions(2, ['web-shop', 'mobile']);
    const page = await console.open('usage');
    await page.getByText('24 hours').click();
    await page.getByLabel('Group by').selectOption('Client');
    await rowOf(page, 'web-shop').first().waitFor();
    const chart = page.getByRole('application', { name: 'Requests' });
    await chart.focus();
    await page.keyboard.press('End');
    await see(page.locator('figure').filter({ has: chart }), /Total: \d+/);
    await page.getByLabel('Group by').selectOption('Operation');
    await rowOf(page, 'generate').first().waitFor();
    await page.getByText('The same numbers as a table').click();
    await rowOf(page, 'generate').nth(1).waitFor();
    const csv = await downloaded(page, () => button(page, 'Download CSV').click());
    const [header, ...rows] = csv
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(header?.slice(0, 3)).toEqual(['bucket', 'group', 'requests']);
    expect(rows.filter(([, group]) => group === 'generate').reduce((sum, [, , requests]) => sum + Number(requests), 0)).toBe(used);
  });

  test.each(['7 days', '30 days', '90 days'])('has a range of %s', async (range) => {
    await useCaptions(1);
    const page = await console.open('usage');
    await page.getByText(range, { exact: true }).click();
    await page.getByRole('application', { name: 'Cost' }).waitFor();
    await rowOf(page, 'All').first().waitFor();
  });
});

withBrowser('Batches', () => {
  const choose = (page: Page, name: string, text: string) =>
    page.getByLabel('Choose a file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

  test('take a CSV file whose columns are mapped, and show its problems before it is sent', async () => {
    const page = await console.open('batches');
    await choose(page, 'posts.csv', 'Picture,Style,count\n"Bread, still warm",loud,2\nA dog,playful,9\n');
    await see(page, 'Row 1, style:');
    await page.getByLabel('Picture', { exact: true }).selectOption('content_description');
    await see(page, 'Row 1, style:');
    await see(page, 'Row 2, count: Too big');
    expect(await page.getByRole('button', { name: /^Start batch/ }).count()).toBe(0);

    await button(page, 'Choose another file').click();
    await choose(page, 'posts.csv', 'Picture,Style,count\n"Bread, still warm",casual,2\nA dog,playful,3\n');
    await page.getByLabel('Picture', { exact: true }).selectOption('content_description');
    await page.getByRole('cell', { name: 'Bread, still warm' }).waitFor();
    await button(page, 'Start batch of 2').click();
    await see(page, '2 of 2');
    await rowOf(page, 'Row 2').waitFor();

    const lines = (await downloaded(page, () => button(page, 'Download JSON Lines').click())).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { index: 0, status: 'succeeded' },
      { index: 1, status: 'succeeded' },
    ]);
    const csv = await downloaded(page, () => button(page, 'Download CSV').click());
    expect(csv).toMatch(/^\u{FEFF}row,status,text,/u);
    expect(csv.match(/^\d+,succeeded,/gm)).toEqual(['1,succeeded,', '2,succeeded,']);
    await page.getByRole('link', { name: 'All batches' }).click();
    await rowOf(page, 'Done').first().waitFor();
  });

  test('take dropped JSON Lines, and JSON arrays', async () => {
    const page = await console.open('batches');
    await page.evaluate(`{
      const files = new DataTransfer();
      files.items.add(new File(['{"kind":"query","query":"What is 6 * 7?"}\\n'], 'queries.jsonl'));
      document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
    }`);
    await see(page, 'queries.jsonl');
    await button(page, 'Start batch of 1').click();
    await see(page, '1 of 1');
    await rowOf(page, 'Row 1').waitFor();
    await page.getByRole('link', { name: 'All batches' }).click();
    await choose(page, 'posts.json', JSON.stringify([caption]));
    await button(page, 'Start batch of 1').waitFor();
    await button(page, 'Choose another file').click();
    await choose(page, 'broken.json', '{"a":1}\n{"b":');
    await see(page.getByRole('alert'), 'Line 2 is no valid JSON.');
  });

  test('can be cancelled', async () => {
    const page = await console.open('batches');
    const rows = Array.from({ length: 10_000 }, (_, index) => `A dog on beach number ${index} in the evening`);
    await choose(page, 'many.csv', `content_description\n${rows.join('\n')}\n`);
    await button(page, 'Start batch of 10,000').click();
    await button(page, 'Cancel batch').click();
    await button(dialogOf(page), 'Cancel batch').click();
    await see(page.locator('.heading-row'), 'Cancelled');
    await isGone(button(page, 'Cancel batch'));
  });
});

withBrowser('Users', () => {
  const signIn = (username: string, secret: string) =>
    fetch(`${console.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password: secret }),
    }).then(({ status }) => status);

  test('are created, changed, deactivated, activated, get a password, and are deleted', async () => {
    const page = await console.open('users');
    await button(page, 'Create user').click();
    await dialogOf(page).getByLabel('Name', { exact: true }).fill('admin');
    await dialogOf(page).getByLabel('E-mail address').fill('ada@example.com');
    await dialogOf(page).getByLabel('Password').fill('the first pass phrase');
    await button(dialogOf(page), 'Create user').click();
    await see(dialogOf(page).getByRole('alert'), 'This user name is taken.');
    await dialogOf(page).getByLabel('Name', { exact: true }).fill('ada');
    await button(dialogOf(page), 'Create user').click();
    await see(rowOf(page, 'ada@example.com'), 'User');
    expect(await signIn('ada', 'the first pass phrase')).toBe(200);

    await button(page, 'Change: ada').click();
    await dialogOf(page).getByLabel('Role').selectOption('Read only');
    await button(dialogOf(page), 'Save').click();
    await see(rowOf(page, 'ada@example.com'), 'ReadOnly');

    await button(page, 'Deactivate: ada').click();
    await button(dialogOf(page), 'Deactivate').click();
    await see(rowOf(page, 'ada@example.com'), 'Deactivated');
    expect(await signIn('ada', 'the first pass phrase')).toBe(401);
    await button(page, 'Activate: ada').click();
    await button(dialogOf(page), 'Activate').click();
    await see(rowOf(page, 'ada@example.com'), 'Active');

    await button(page, 'Password: ada').click();
    await dialogOf(page).getByLabel('New password').fill('the second pass phrase');
    await button(dialogOf(page), 'Save').click();
    await isGone(dialogOf(page));
    expect(await signIn('ada', 'the second pass phrase')).toBe(200);

    await button(page, 'Delete: ada').click();
    await dialogOf(page).getByLabel('Type “ada” to confirm').fill('adam');
    await button(dialogOf(page), 'Delete').click();
    expect(await dialogOf(page).locator('input:invalid').count()).toBe(1);
    await dialogOf(page).getByLabel('Type “ada” to confirm').fill('ada');
    await button(dialogOf(page), 'Delete').click();
    await isGone(rowOf(page, 'ada@example.com'));
    expect(await signIn('ada', 'the second pass phrase')).toBe(401);
  });

  test('are read page by page', async () => {
    const token = await console.tokenOf('admin');
    const names = Array.from({ length: 60 }, (_, index) => `user-${String(index).padStart(2, '0')}`);
    for (const username of names) await console.call('POST', '/users', token, { username, email: `${username}@example.com` });
    const page = await console.open('users');
    await rowOf(page, 'user-10').waitFor();
    expect(await rowOf(page, 'user-59').count()).toBe(0);
    await button(page, 'Load more').click();
    await rowOf(page, 'user-59').waitFor();
    expect(await button(page, 'Load more').count()).toBe(0);
  });
});

withBrowser('The audit log', () => {
  test('names actions and actors, and filters what is loaded', async () => {
    const token = await console.tokenOf('admin');
    await console.call('POST', '/users', token, { username: 'grace', email: 'grace@example.com' });
    const page = await console.open('audit');
    const entry = rowOf(page, 'User created').filter({ hasText: 'grace' });
    await see(entry, 'admin');
    await page.getByLabel('Filter').fill('CREATED grace');
    await see(page, /^1 of \d+ loaded entries$/);
    await page.getByLabel('Filter').fill('no such text');
    await see(page, 'No loaded entry contains this text.');
  });
});

withBrowser('The profile', () => {
  test('changes e-mail address and password, and shows a wrong password at its field', async () => {
    const token = await console.tokenOf('admin');
    await console.call('POST', '/users', token, { username: 'linus', email: 'linus@example.com', role: 'User', password });
    const page = await console.open('profile', { username: 'linus' });
    await console.tokenOf('linus');
    await page.getByLabel('E-mail address').fill('linus@example.org');
    await button(page, 'Change e-mail address').click();
    await see(page, 'Your e-mail address is changed.');

    await page.getByLabel('Current password').fill('a wrong password');
    await page.getByLabel('New password').fill('another pass phrase');
    await button(page, 'Change password').click();
    await see(page.locator('.field').filter({ has: page.getByLabel('Current password') }), 'This is not your current password');
    await page.getByLabel('Current password').fill(password);
    await button(page, 'Change password').click();
    await see(page, 'Your password is changed');
    expect(await page.getByLabel('New password').inputValue()).toBe('');
    await see(page.getByRole('row'), 'This session');
    expect(await button(page, 'End all other sessions').count()).toBe(0);
    await console.tokenOf('linus', 'another pass phrase');
  });

  test('ends one session, then all others, but not its own', async () => {
    const token = await console.tokenOf('admin');
    await console.call('POST', '/users', token, { username: 'margaret', email: 'margaret@example.com', role: 'User', password });
    for (let count = 0; count < 3; count += 1) await console.tokenOf('margaret');
    const page = await console.open('profile', { username: 'margaret' });
    const ends = page.getByRole('button', { name: /^End session:/ });
    await ends.nth(2).waitFor();
    await ends.first().click();
    await isGone(ends.nth(2));
    await button(page, 'End all other sessions').click();
    await button(dialogOf(page), 'End all other sessions').click();
    await isGone(ends.first());
    await see(page.getByRole('row'), 'This session');
    await button(page, 'End and sign out').click();
    await page.locator('form').getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

withBrowser('A read-only user', () => {
  test('sees no sections and buttons that the role does not allow', async () => {
    const token = await console.tokenOf('admin');
    await console.call('POST', '/users', token, { username: 'reader', email: 'reader@example.com', role: 'ReadOnly', password });
    const page = await console.open('keys', { username: 'reader' });
    await see(page, 'You have no API keys yet.');
    expect(await button(page, 'Create key').count()).toBe(0);
    expect(await page.getByRole('navigation', { name: 'Console' }).getByRole('link').allTextContents()).toEqual([
      'Overview',
      'API keys',
      'Usage',
      'Batches',
      'Profile',
    ]);
    await page.goto(`${console.url}/#/console/users`);
    await see(page, 'There is no such section');
    await page.goto(`${console.url}/#/console/batches`);
    await see(page, 'You have no batches yet.');
    expect(await page.getByLabel('Choose a file').count()).toBe(0);
  });
});

withBrowser('The console in Spanish, on a narrow screen', () => {
  test('creates a key and a user, and explains a conflict in Spanish', async () => {
    const page = await console.open('keys', { appearance: spanish });
    await button(page, 'Crear clave').click();
    await dialogOf(page).getByLabel('Nombre').fill('Tienda');
    await button(dialogOf(page), 'Crear clave').click();
    await see(dialogOf(page), 'Copia la clave ahora.');
    await button(dialogOf(page), 'Ya la he guardado').click();
    await see(rowOf(page, 'Tienda'), 'Activa');
    await page.getByRole('link', { name: 'Usuarios' }).click();
    await button(page, 'Crear usuario').click();
    await dialogOf(page).getByLabel('Nombre').fill('admin');
    await dialogOf(page).getByLabel('Correo electrónico').fill('otra@example.com');
    await button(dialogOf(page), 'Crear usuario').click();
    await see(dialogOf(page).getByRole('alert'), 'Este nombre de usuario ya existe.');
  });
});
