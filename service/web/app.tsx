import { lazy, Suspense } from 'react';
import { useHashPath } from './browser/hash-path.ts';
import { Header } from './header.tsx';
import { useMessages } from './language/provider.tsx';
import { appMessages } from './messages.ts';
import { Studio } from './studio/studio.tsx';

// Loaded on demand: most visitors only write captions.
const Console = lazy(() => import('./console/console.tsx').then((module) => ({ default: module.Console })));

/** The page: a header, and the studio or a section of the console. Addresses are hashes, so that the service needs no route for them. */
export function App() {
  const t = useMessages(appMessages);
  const [place, section] = useHashPath();
  return (
    <>
      <button type="button" className="skip-link" onClick={() => document.getElementById('main')?.focus()}>
        {t.skip}
      </button>
      <Header section={place === 'console' ? 'console' : 'studio'} />
      <main id="main" tabIndex={-1}>
        {place === 'console' ? (
          <Suspense fallback={<p role="status">{t.loading}</p>}>
            <Console section={section} />
          </Suspense>
        ) : (
          <Studio />
        )}
      </main>
    </>
  );
}
