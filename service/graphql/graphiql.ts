import { endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import type { StaticFile, StaticFiles } from '../http/static-files.ts';

const base = endpoints.graphiqlFile.path.replace('/:file', '');
const bundle = () => import('@graphql-yoga/render-graphiql/graphiql');

const start = `
const workers = { editorWorkerService: 'editor.js', json: 'json.js', graphql: 'graphql.js' };
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (id, label) => ${JSON.stringify(`${base}/`)} + workers[label] };
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  endpoint: ${JSON.stringify(endpoints.graphql.path)},
  title: ${JSON.stringify(product.title)},
  headers: JSON.stringify({ Authorization: 'Bearer YOUR_API_KEY' }, null, 2),
  shouldPersistHeaders: false,
  defaultQuery: '{\\n  systemMetrics {\\n    requestsTotal\\n    errorRate\\n  }\\n}\\n',
});
`;

const script = (read: () => Promise<string>): StaticFile => ({ type: 'text/javascript', read });

/** Files of the page by name; the page loads nothing from other hosts. */
export const graphiqlFiles: StaticFiles = {
  'graphiql.css': { type: 'text/css', read: async () => (await bundle()).css },
  'graphiql.js': script(async () => (await bundle()).js),
  'editor.js': script(async () => (await bundle()).editorWorkerService),
  'json.js': script(async () => (await bundle()).jsonWorker),
  'graphql.js': script(async () => (await bundle()).graphqlWorker),
  'start.js': script(async () => start),
};

/** The page and its content security policy; the editor needs inline styles. */
export const graphiqlPage = {
  policy: [
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
  ].join('; '),
  html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GraphQL · ${product.title}</title><link rel="stylesheet" href="${base}/graphiql.css"></head>
<body class="no-focus-outline"><div id="root"></div><script src="${base}/graphiql.js"></script><script src="${base}/start.js"></script></body>
</html>
`,
} as const;
