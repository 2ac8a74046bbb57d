import type { Browser, Page } from 'playwright-core';
import { type appearances, type ObservedPage, openBrowser, openPage } from './chromium.ts';
import { admin, startPage, unlimited } from './service.ts';

export const password: string = admin.password;

/** What a test may choose of an appearance. */
type Appearance = (typeof appearances)[number];
export const english: Appearance = { width: 1280, scheme: 'light', locale: 'en-GB' };
export const spanish: Appearance = { width: 360, scheme: 'dark', locale: 'es-ES' };

/** A real service with an empty data folder and a browser, which are closed with `close`. */
export async function startConsole() {
  const served = await startPage({ RATE_LIMIT_REQUESTS: unlimited, RATE_LIMIT_BATCH_REQUESTS: unlimited });
  const { url } = served;
  const browser: Browser = await openBrowser();
  const opened: ObservedPage[] = [];

  /** Calls the service without the page, to prepare what the page shows. @param credential an API key or access token */
  async function call<T>(method: string, path: string, credential: string, body?: object): Promise<T> {
    const headers = { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return JSON.parse(text || 'null') as T;
  }

  async function tokenOf(username: string, secret = password): Promise<string> {
    const { access_token } = await call<{ access_token: string }>('POST', '/auth/login', '', { username, password: secret });
    return access_token;
  }

  return {
    url,
    call,
    tokenOf,
    /** The status of a request with an API key. */
    statusOf: async (key: string) => (await fetch(`${url}/api/v1/models`, { headers: { Authorization: `Bearer ${key}` } })).status,
    /** Opens a section of the console as a user, or with an API key. */
    async open(section: string, { appearance = english, username = 'admin', secret = password, apiKey = '' } = {}): Promise<Page> {
      const observed = await openPage(browser, url, appearance);
      opened.push(observed);
      const { context, page } = observed;
      // As long as a whole test: a busy machine may be slow.
      page.setDefaultTimeout(300_000);
      const signedIn = await context.request.post(`${url}/auth/session`, {
        data: apiKey === '' ? { username, password: secret } : { api_key: apiKey },
      });
      if (!signedIn.ok()) throw new Error(`sign-in: ${signedIn.status()} ${await signedIn.text()}`);
      await page.goto(`${url}/#/console/${section}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    /** Closes the pages of a test. @returns what their browser reported as errors, and requests to other origins */
    async closePages(): Promise<string[]> {
      const pages = opened.splice(0);
      for (const { context } of pages) await context.close();
      return pages.flatMap(({ errors, foreignRequests }) => [...errors, ...foreignRequests]);
    },
    async close() {
      await browser.close();
      await served.end();
    },
  };
}
export type ConsoleUnderTest = Awaited<ReturnType<typeof startConsole>>;
