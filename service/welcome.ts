import type { FirstAdmin } from './accounts/first-admin.ts';
import { endpoints } from './contract/endpoints.ts';
import { product } from './contract/product.ts';

/** What a person at the terminal reads; the only place that ever shows the first password and key. */
export function welcome(url: string, firstAdmin: FirstAdmin | undefined): string {
  const example = {
    content_description: 'A golden retriever on a beach at sunset',
    style: 'casual',
    audience: 'general',
    client_id: 'test-client',
  };
  const key = firstAdmin?.key ?? 'YOUR_API_KEY';
  const shown = firstAdmin && [
    `User name and password (shown this once, store it now): ${firstAdmin.username} ${firstAdmin.password}`,
    `API key (shown this once, store it now): ${firstAdmin.key}`,
  ];
  return [
    '',
    `${product.title} ${product.version}`,
    `Page: ${url}/   Documentation: ${url}${endpoints.docs.path}`,
    ...(shown ?? []),
    'Try it:',
    `  curl -X POST ${url}${endpoints.generate.path} \\`,
    `    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(example)}'`,
    '',
    '',
  ].join('\n');
}
