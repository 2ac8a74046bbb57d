import type { Browser, BrowserContext, Page } from 'playwright-core';
import { backgroundOf } from '../../service/background.ts';
import type { Worker } from '../../service/database/queue-worker.ts';
import { testDatabase as db } from '../../service/testing/database.ts';
import { articles, rss } from '../../service/testing/made-web/documents.ts';
import { sends, startMadeWeb } from '../../service/testing/made-web/server.ts';
import { articleValues, insertSource } from '../../service/testing/news.ts';
import { startService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type Appearance, type ObservedPage, openBrowser, openContext, openPageIn } from './chromium.ts';
import { unlimited } from './service.ts';

/** Hosts of the made web: one whose feed can be fetched, one that forbids it. */
export const [pressHost, closedHost] = ['press.test', 'closed.test'];

const english = { width: 1280, scheme: 'light', locale: 'en-GB' } as const;

/** What the press says; the analysis finds language, tone, topics and names in it. */
const texts = [
  [
    'El cribado con mamografía salva vidas en Madrid',
    'Un éxito: el programa de cribado de cáncer de mama detecta los tumores antes y mejora la supervivencia.',
  ],
  [
    'Retrasos en las mamografías preocupan a las pacientes',
    'Las asociaciones denuncian graves retrasos en el cribado del cáncer de mama y el miedo de las pacientes.',
  ],
  [
    'Mammography screening from forty',
    'New guidelines in the United States recommend breast cancer screening with mammography from the age of forty.',
  ],
  [
    'Breast cancer drug trastuzumab improves survival',
    'Great news for patients: the treatment with trastuzumab improves the survival of breast cancer, a study shows.',
  ],
  [
    'Breast cancer deaths rise after missed screening',
    'Terrible losses: missed mammography appointments cause late diagnoses of breast cancer and more deaths.',
  ],
  [
    'La genética BRCA1 y el cáncer de mama',
    'La investigación sobre mutaciones BRCA1 y BRCA2 ayuda a la prevención del cáncer de mama en familias.',
  ],
] as const;
const dayMs = 86_400_000;

/** Waits until the service has analyzed every article: lists have no others. */
export const allAnalyzed = () =>
  waitUntil(
    async () => (await db.selectFrom('news_articles').select('id').where('analysis_version', 'is', null).execute()).length,
    (waiting) => waiting === 0,
  );

/** Sources and articles of two weeks, without an analysis: the service analyzes them. */
async function insertNews(): Promise<void> {
  const health = await insertSource(db, { name: 'Salud Hoy', language: 'es', country: 'ES' });
  const tribune = await insertSource(db, { name: 'The Tribune', language: 'en', country: 'US' });
  // More in the second week, about more topics.
  const ages = [...Array(14).keys()].flatMap((day) => Array.from({ length: day < 7 ? 6 : 2 }, () => day));
  const values = ages.map((day, index) => {
    const [title, summary] = texts[day < 7 ? index % texts.length : 2 * (index % 2)] ?? texts[0];
    const {
      analysis_version: _,
      analyzed_at: __,
      ...stored
    } = articleValues({ source_id: /[áéíóñ]| la | el /.test(summary) ? health : tribune });
    const published_at = new Date(Date.now() - day * dayMs - 60_000);
    return {
      ...stored,
      title: `${title} (${index + 1})`,
      summary,
      published_at,
      language: null,
      relevance: null,
      is_relevant: null,
      sentiment: null,
    };
  });
  await db.insertInto('news_articles').values(values).execute();
  await allAnalyzed();
}

/** The service with every role in this process, a made web to fetch from, and a browser. */
export async function startNews() {
  const web = await startMadeWeb((origin) => ({
    [String(pressHost)]: {
      '/robots.txt': sends('User-agent: *\nAllow: /', { 'Content-Type': 'text/plain' }),
      '/feed.xml': sends(
        rss(
          articles(origin(String(pressHost)), 3).map((article, index) => ({
            ...article,
            title: `Breast cancer: mammography screening in village ${index + 1}`,
          })),
        ),
      ),
    },
    [String(closedHost)]: { '/robots.txt': sends('User-agent: *\nDisallow: /', { 'Content-Type': 'text/plain' }) },
  }));
  const limits = { RATE_LIMIT_IP_REQUESTS: unlimited, RATE_LIMIT_LOGIN_REQUESTS: unlimited, RATE_LIMIT_REQUESTS: unlimited };
  const service = await startService({ NEWS_CONTACT: 'mailto:news@example.org', ...limits }, { newsNetwork: web.network });
  const workers: readonly Worker[] = backgroundOf('all', service.dependencies).startWorkers();
  const browser: Browser = await openBrowser();
  const opened: ObservedPage[] = [];
  const contexts = new Map<string, Promise<BrowserContext>>();
  async function signIn(appearance: Appearance, key: string): Promise<BrowserContext> {
    const context = await openContext(browser, service.url, appearance);
    const signedIn = await context.request.post(`${service.url}/auth/session`, { data: { api_key: key } });
    if (!signedIn.ok()) throw new Error(`sign-in: ${signedIn.status()} ${await signedIn.text()}`);
    return context;
  }
  /** The visitor with a key, who stays signed in from test to test. */
  function contextOf(appearance: Appearance, key: string): Promise<BrowserContext> {
    const name = JSON.stringify([appearance, key]);
    const context = contexts.get(name) ?? signIn(appearance, key);
    contexts.set(name, context);
    return context;
  }
  return {
    url: service.url,
    web,
    insertNews,
    /** Opens an address of the page with a key; its role decides what the page shows. */
    async open(address: string, appearance: Appearance = english, key = 'admin-key'): Promise<ObservedPage> {
      const observed = await openPageIn(await contextOf(appearance, key), service.url);
      opened.push(observed);
      await observed.page.goto(`${service.url}/${address}`);
      await observed.page.getByRole('heading', { level: 1 }).waitFor();
      return observed;
    },
    /** Closes the pages of a test. @returns what their browser reported as errors, and requests to other origins */
    async closePages(): Promise<string[]> {
      const pages = opened.splice(0);
      for (const { page } of pages) await page.close();
      return pages.flatMap(({ errors, foreignRequests }) => [...errors, ...foreignRequests]);
    },
    async close() {
      await browser.close();
      await Promise.all(workers.map((worker) => worker.stop(1)));
      await service.close();
      await web.close();
      await db.destroy();
      await globalThis.closeFixtures?.();
    },
  };
}
export type NewsUnderTest = Awaited<ReturnType<typeof startNews>>;

/** Waits until nothing of the page is loading. */
export const isLoaded = async (page: Page): Promise<void> => {
  await waitUntil(
    () => page.locator('.loading, [aria-busy=true]').count(),
    (count) => count === 0,
  );
};
