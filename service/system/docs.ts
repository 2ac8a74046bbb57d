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
import { docsScript, docsStyle } from './docs-page.ts';
import { documentationShapes as shapes } from './shapes.ts';
import { iconFile, pageHead, signInForm, signInScript, signInStyle } from './sign-in-form.ts';

const folder = () => dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The files of the pages; all of them are served by this process. */
const files: StaticFiles = {
  'swagger-ui.css': { type: 'text/css', read: () => readFile(join(folder(), 'swagger-ui.css')) },
  'swagger-ui-bundle.js': { type: 'text/javascript', read: () => readFile(join(folder(), 'swagger-ui-bundle.js')) },
  'docs.css': { type: 'text/css', read: async () => signInStyle + docsStyle },
  'start.js': { type: 'text/javascript', read: async () => docsScript },
  'sign-in.js': { type: 'text/javascript', read: async () => signInScript },
  'icon.svg': iconFile,
};

const base = endpoints.docs.path;
const scripts = ['sign-in.js', 'swagger-ui-bundle.js', 'start.js'].map((name) => `<script src="${base}/${name}"></script>`).join('');
const head = pageHead(`Documentation · ${product.title}`, `${base}/icon.svg`, [`${base}/swagger-ui.css`, `${base}/docs.css`]);
const page = (form: string) => `<!doctype html>
<html lang="en">
${head}
<body>
<main>
${form}
<div id="swagger-ui"></div>
</main>
${scripts}
</body>
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
    docs: route(shapes.docs, (_, ctx) => page(signInForm(ctx))),
    docsFile: fileRoute(shapes.docsFile, files),
  };
}
