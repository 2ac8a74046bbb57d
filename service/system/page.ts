import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { endpoints } from '../../contract/endpoints/index.ts';

/** Escapes text for HTML. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A row of the table of endpoints. Endpoints of other ports are no links. */
const rowOf = ({ method, path, port, summary }: Endpoint) => {
  const name = escaped(path);
  const target = method === 'GET' && !path.includes(':') && port !== 'graphql' ? `<a href="${name}">${name}</a>` : name;
  return `<tr><td class="method">${method}</td><td><code>${target}</code></td><td>${escaped(summary)}</td></tr>`;
};

/** The page at `/`: the product and its endpoints. Its stylesheet is a file, as the content security policy requires. */
export const landingPage = (title: string, description: string, stylesheet: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(stylesheet)}"></head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(description)}</p>
<p><a class="button" href="${endpoints.docs.path}">Try it in the documentation</a></p>
<table>
<thead><tr><th>Method</th><th>Path</th><th>What it does</th></tr></thead>
<tbody>
${Object.values<Endpoint>(endpoints).map(rowOf).join('\n')}
</tbody>
</table>
</main>
</body>
</html>
`;

/** Light or dark, as the browser prefers. */
export const pageStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { margin-bottom: 0; }
.button { display: inline-block; padding: .5rem 1rem; border-radius: .4rem; background: #7a2e8e; color: #fff; text-decoration: none; }
table { width: 100%; margin-top: 2rem; border-collapse: collapse; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8884; text-align: left; vertical-align: top; }
.method { font-weight: 600; }
`;
