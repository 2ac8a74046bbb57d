import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type EndpointName, endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import type { Context } from '../http/context.ts';
import { route } from '../http/route.ts';
import type { Shapes } from '../http/shape.ts';
import { fileRoute, type StaticFiles } from '../http/static-files.ts';
import { openApiText } from '../openapi/document.ts';
import { documentationShapes as shapes } from './shapes.ts';

const folder = () => dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const start = `window.ui = SwaggerUIBundle({ url: ${JSON.stringify(endpoints.openapi.path)}, dom_id: '#swagger-ui', deepLinking: true });\n`;

/** The files of the pages; all of them are served by this process. */
const files: StaticFiles = {
  'swagger-ui.css': { type: 'text/css', read: () => readFile(join(folder(), 'swagger-ui.css')) },
  'swagger-ui-bundle.js': { type: 'text/javascript', read: () => readFile(join(folder(), 'swagger-ui-bundle.js')) },
  'start.js': { type: 'text/javascript', read: async () => start },
};

const base = endpoints.docs.path;
const pageOf = (title: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="${base}/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="${base}/swagger-ui-bundle.js"></script><script src="${base}/start.js"></script></body>
</html>
`;

interface DocumentationOptions {
  readonly version: string;
  readonly served: readonly EndpointName[];
  readonly shapes: Shapes;
}

/** The OpenAPI document, the documentation page and its files. */
export function documentationRoutes({ version, served, shapes: allShapes }: DocumentationOptions) {
  return {
    openapi: {
      shape: shapes.openapi,
      // Built at the first request, so that the startup does not wait for it.
      async handle(ctx: Context) {
        ctx.body = openApiText(version, served, allShapes);
        ctx.type = 'application/json';
      },
    },
    docs: route(shapes.docs, () => pageOf(product.title)),
    docsFile: fileRoute(shapes.docsFile, files),
  };
}
