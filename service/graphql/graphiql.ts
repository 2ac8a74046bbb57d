import { endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import { requiredPermissions } from '../http/authorisation.ts';
import type { Context } from '../http/context.ts';
import type { StaticFile, StaticFiles } from '../http/static-files.ts';
import { iconFile, pageHead, signInForm, signInScript, signInStyle } from '../system/sign-in-form.ts';

const base = endpoints.graphiqlFile.path.replace('/:file', '');
const bundle = () => import('@graphql-yoga/render-graphiql/graphiql');

const start = `
const workers = { editorWorkerService: 'editor.js', json: 'json.js', graphql: 'graphql.js' };
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (id, label) => ${JSON.stringify(`${base}/`)} + workers[label] };
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  endpoint: ${JSON.stringify(endpoints.graphql.path)},
  title: ${JSON.stringify(product.title)},
  shouldPersistHeaders: false,
  defaultQuery: '{\\n  models {\\n    id\\n    healthy\\n  }\\n}\\n',
});
`;

/** On a phone, the answer is below the query. The library sets the sizes of both in style attributes. */
const narrow = `@media (max-width: 640px) {
  .graphiql-container #graphiql-session { flex-direction: column; overflow: auto; }
  .graphiql-container #graphiql-session > div { flex: 1 0 45% !important; min-width: 0; }
  .graphiql-container .graphiql-horizontal-drag-bar, .graphiql-container .graphiql-logo { display: none; }
}
`;

const script = (read: () => Promise<string>): StaticFile => ({ type: 'text/javascript', read });

/** Files of the page by name; the page loads nothing from other hosts. */
export const graphiqlFiles: StaticFiles = {
  'graphiql.css': { type: 'text/css', read: async () => (await bundle()).css + narrow },
  'graphiql.js': script(async () => (await bundle()).js),
  'editor.js': script(async () => (await bundle()).editorWorkerService),
  'json.js': script(async () => (await bundle()).jsonWorker),
  'graphql.js': script(async () => (await bundle()).graphqlWorker),
  'start.js': script(async () => start),
  'sign-in.js': script(async () => signInScript),
  'sign-in.css': { type: 'text/css', read: async () => signInStyle },
  'icon.svg': iconFile,
};

/** The editor needs inline styles. */
export const graphiqlPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageOf = (stylesheet: string, scripts: readonly string[], content: string) => `<!doctype html>
<html lang="en">
${pageHead(`GraphQL · ${product.title}`, `${base}/icon.svg`, [`${base}/${stylesheet}`])}
<body class="no-focus-outline">${content}${scripts.map((name) => `<script src="${base}/${name}"></script>`).join('')}</body>
</html>
`;
const editor = pageOf('graphiql.css', ['graphiql.js', 'start.js'], '<div id="root"></div>');

/** The editor; without a session that may use it, the form to sign in: the editor would fail to read the schema. */
export function graphiqlPage(ctx: Context): string {
  const form = signInForm(ctx);
  const { caller } = ctx.state;
  const missing = requiredPermissions(endpoints.graphql).find((permission) => !caller?.permissions.includes(permission));
  if (missing === undefined) return editor;
  const hint = caller === undefined ? 'Sign in to use the editor.' : `The editor needs a key or user with the permission ${missing}.`;
  return pageOf('sign-in.css', ['sign-in.js'], `<main class="session"><h1>GraphQL</h1><p>${hint}</p></main>${form}`);
}
