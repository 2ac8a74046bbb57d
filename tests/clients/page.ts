import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { table } from '../../scripts/docs/documents.ts';
import { type Client, clients, type Feature, features } from './clients.ts';

/** `missing`: the client does not have the feature. */
export const featureResult = z.union([
  z.object({ works: z.literal(true) }),
  z.object({ missing: z.string() }),
  z.object({ fails: z.string() }),
]);
export type FeatureResult = z.output<typeof featureResult>;
export type ClientResults = { readonly [F in Feature]?: FeatureResult | undefined };

/** The file of `connect` that connects a client, as the page shows it. */
export const snippetOf = ({ connect }: Client) => readFileSync(join(import.meta.dirname, 'connect', connect), 'utf8').trim();

const cellOf = (result: FeatureResult | undefined) =>
  result === undefined || 'fails' in result ? 'fails' : 'works' in result ? 'works' : `– (${result.missing})`;

const section = (client: Client) => `### ${client.name}

\`\`\`${client.language === 'Python' ? 'python' : 'js'} needs-clients
${snippetOf(client)}
\`\`\`
`;

/** docs/clients.md. */
export const clientsPage = (results: ReadonlyMap<string, ClientResults>) => `# Client libraries

Written by \`npm run test:clients\`, which installs each library, connects it as shown below and runs each feature against a process of the service, in front
of an endpoint that behaves like OpenAI's. \`LEYENDA_URL\` is \`https://<host>/v1\`, \`LEYENDA_KEY\` a key of the service; \`full\` is a model with every
[capability](models.md).

${table(
  ['client', 'version', ...features],
  clients.map((client) => [
    client.name,
    client.packages.join(' '),
    ...features.map((feature) => cellOf(results.get(client.name)?.[feature])),
  ]),
)}

"tools" is the whole loop: the model calls a function, gets its result and answers. "errors": a wrong key, an unknown model, a model without tools, and a
conversation that is too long raise the error class of the library, with OpenAI's code or field. instructor has no such loop: its "tools" are objects that are
read from calls.

## Connect

${clients.map(section).join('\n')}`;
