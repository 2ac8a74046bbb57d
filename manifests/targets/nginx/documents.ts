import { guides } from './guides.ts';
import { product } from './product.ts';
import { renderNginx } from './render.ts';

/** The generated nginx configurations: path → text. */
export const nginxDocuments: Readonly<Record<string, () => string>> = {
  'nginx/nginx.conf': () => renderNginx(product),
  ...Object.fromEntries(Object.entries(guides).map(([name, target]) => [`nginx/references/${name}.conf`, () => renderNginx(target)])),
};
