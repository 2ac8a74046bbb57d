import { useEffect } from 'react';
import { endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import { useStored } from './browser/use-stored.ts';
import { useLanguage, useMessages } from './language/provider.tsx';
import { pageLanguages, preferredLanguage } from './language/translations.ts';
import { appMessages } from './messages.ts';
import { useSession } from './session/provider.tsx';

/** The parts of the page. */
export type Area = 'studio' | 'news' | 'console';

/** Name, areas, language, colours and the session. */
export function Header({ area }: { readonly area: Area }) {
  const t = useMessages(appMessages);
  const { state, session, signOut } = useSession();
  return (
    <header className="page-header">
      <a href="#/" className="brand">
        {product.title}
      </a>
      <nav aria-label={t.navigation}>
        <a href="#/" aria-current={area === 'studio' ? 'page' : undefined}>
          {t.studio}
        </a>
        <a href="#/news" aria-current={area === 'news' ? 'page' : undefined}>
          {t.news}
        </a>
        <a href="#/console" aria-current={area === 'console' ? 'page' : undefined}>
          {t.console}
        </a>
        <a href={endpoints.docs.path}>{t.docs}</a>
      </nav>
      <div className="page-settings">
        <LanguageSelect />
        <ThemeSelect />
        {state === 'signed-in' && (
          <>
            <span className="account">{session?.user?.username ?? t.signedInWithKey}</span>
            <button type="button" onClick={() => void signOut()}>
              {t.signOut}
            </button>
          </>
        )}
      </div>
    </header>
  );
}

function LanguageSelect() {
  const t = useMessages(appMessages);
  const { language, setLanguage } = useLanguage();
  return (
    <select aria-label={t.language} value={language} onChange={(event) => setLanguage(preferredLanguage([event.target.value]))}>
      {Object.entries(pageLanguages).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}

function ThemeSelect() {
  const t = useMessages(appMessages);
  const [theme, setTheme] = useStored('leyenda.theme', 'system');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <select aria-label={t.theme} value={theme} onChange={(event) => setTheme(event.target.value)}>
      <option value="system">{t.system}</option>
      <option value="light">{t.light}</option>
      <option value="dark">{t.dark}</option>
    </select>
  );
}
