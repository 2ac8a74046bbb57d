import { product } from './product.ts';
import { nginxReferences } from './references.ts';
import { renderNginx } from './render.ts';

/** The generated nginx configurations: path → text. */
export const nginxDocuments: Readonly<Record<string, () => string>> = {
  'nginx/nginx.conf': () => renderNginx(product),
  ...Object.fromEntries(
    Object.entries(nginxReferences).map(([name, target]) => [`nginx/references/${name}.conf`, () => renderNginx(target)]),
  ),
};
