import { lazy, Suspense } from 'react';
import { useHashPath } from './browser/hash-path.ts';
import { type Area, Header } from './header.tsx';
import { useMessages } from './language/provider.tsx';
import { appMessages } from './messages.ts';
import { Studio } from './studio/studio.tsx';

// Loaded on demand: most visitors only write captions.
const Console = lazy(() => import('./console/console.tsx').then((module) => ({ default: module.Console })));
const News = lazy(() => import('./news/news.tsx').then((module) => ({ default: module.News })));

const areaOf = (place: string | undefined): Area => (place === 'console' || place === 'news' ? place : 'studio');

/** The page: a header, and the studio or a section of the console or of the news. Addresses are hashes, so that the service needs no route for them. */
export function App() {
  const t = useMessages(appMessages);
  const [place, section] = useHashPath();
  return (
    <>
      <button type="button" className="skip-link" onClick={() => document.getElementById('main')?.focus()}>
        {t.skip}
      </button>
      <Header area={areaOf(place)} />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p role="status">{t.loading}</p>}>
          {place === 'console' && <Console section={section} />}
          {place === 'news' && <News section={section} />}
          {areaOf(place) === 'studio' && <Studio />}
        </Suspense>
      </main>
    </>
  );
}
