import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { LanguageProvider } from './language/provider.tsx';
import { SessionProvider } from './session/provider.tsx';
import { clearHistory } from './studio/history.ts';
import './styles/base.css';
import './styles/components.css';

const element = document.getElementById('page');
if (element === null) throw new Error('index.html has no element with the id "page"');
createRoot(element).render(
  <StrictMode>
    <LanguageProvider>
      <SessionProvider onSignOut={clearHistory}>
        <App />
      </SessionProvider>
    </LanguageProvider>
  </StrictMode>,
);
