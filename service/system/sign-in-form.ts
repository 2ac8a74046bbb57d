import { endpoints } from '../../contract/endpoints/index.ts';
import type { Context } from '../http/context.ts';
import type { StaticFile } from '../http/static-files.ts';

/** The icon of every page; without one, browsers request /favicon.ico. */
export const iconFile: StaticFile = {
  type: 'image/svg+xml',
  read: async () =>
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#7a2e8e"/><path d="M8 9h16M8 16h16M8 23h9" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>',
};

/** The head of a page, for every width of the screen and both colour schemes. */
export const pageHead = (title: string, icon: string, stylesheets: readonly string[]) =>
  [
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta name="color-scheme" content="light dark"><title>${title}</title><link rel="icon" href="${icon}">`,
    ...stylesheets.map((href) => `<link rel="stylesheet" href="${href}">`),
    '</head>',
  ].join('');

const signedIn = `<p>Requests of this page use your session. <button type="button" id="sign-out">Sign out</button></p>`;
const signedOut = `<form id="sign-in">
<label for="api-key">API key</label>
<input id="api-key" type="password" autocomplete="off" required maxlength="512">
<button>Sign in</button>
<p id="sign-in-status" role="status"></p>
<p>Sign in to send requests from this page. The first start of the service prints a key; users and administrators create more with
<code>${endpoints.createKey.method} ${endpoints.createKey.path}</code>. The browser stores a session cookie, not the key.</p>
</form>`;

/** The sign-in form of a page, or the button to sign out. */
export function signInForm(ctx: Context): string {
  const { caller } = ctx.state;
  // The page differs for each session: no shared cache may store it.
  ctx.set('Cache-Control', 'private, no-cache');
  ctx.vary('Cookie');
  return `<section class="session" aria-label="Session">${caller === undefined ? signedOut : signedIn}</section>`;
}

/** The script of the form: exchanges the key for a session cookie, and reloads the page. */
export const signInScript = `
const session = ${JSON.stringify(endpoints.signIn.path)};
document.getElementById('sign-in')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const status = document.getElementById('sign-in-status');
  status.textContent = 'Signing in …';
  try {
    const body = JSON.stringify({ api_key: document.getElementById('api-key').value.trim() });
    const response = await fetch(session, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (response.ok) return location.reload();
    status.textContent = (await response.json()).detail;
  } catch {
    status.textContent = 'The service cannot be reached: try again.';
  }
});
document.getElementById('sign-out')?.addEventListener('click', async () => {
  await fetch(session, { method: 'DELETE' });
  location.reload();
});
`;

export const signInStyle = `.session { max-width: 1420px; margin: 0 auto; padding: 1rem 1.25rem; font: 16px/1.5 system-ui, sans-serif; }
.session label { font-weight: 600; margin-right: .5rem; }
.session input { font: inherit; padding: .4rem .6rem; width: 20rem; max-width: 100%; box-sizing: border-box; border: 1px solid #777; border-radius: .4rem; }
.session button { margin: .25rem 0; font: inherit; padding: .4rem .9rem; border: 0; border-radius: .4rem; background: #7a2e8e; color: #fff; cursor: pointer; }
.session :focus-visible { outline: 3px solid #b66bca; outline-offset: 2px; }
.session p { margin: .5rem 0; max-width: 60rem; }
.session #sign-in-status:empty { display: none; }
`;
