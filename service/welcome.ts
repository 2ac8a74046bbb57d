import { endpoints } from '../contract/endpoints/index.ts';
import { startupTitles } from '../contract/startup-texts.ts';
import type { TextModelSetting } from '../contract/text-models.ts';
import type { FirstAdmin } from './accounts/first-admin.ts';
import type { Service } from './serve.ts';

const example = {
  content_description: 'A golden retriever on a beach at sunset',
  style: 'casual',
  audience: 'general',
  client_id: 'test-client',
};

/** One thing a line, in two columns. */
const lines = (entries: Readonly<Record<string, string>>) => Object.entries(entries).map(([name, text]) => `  ${name.padEnd(18)}${text}`);

/**
 * The only place that ever shows the first password and key.
 * @param passwordGiven the operator chose the password, so it is not repeated
 */
export const firstAdminText = ({ username, password, key }: FirstAdmin, passwordGiven: boolean): string =>
  [
    '',
    startupTitles.administrator,
    ...lines({
      'User name': username,
      Password: passwordGiven ? 'the one in FIRST_ADMIN_PASSWORD' : password,
      'API key': key,
    }),
    '',
  ].join('\n');

type NamedModel = Pick<TextModelSetting, 'id' | 'name' | 'model' | 'provider'>;

/** Which models write captions, in the order of preference. */
function modelsLine(models: readonly NamedModel[]): string {
  const connected = models.filter(({ provider }) => provider !== 'offline');
  return connected.length === 0
    ? 'No language model is connected: captions come from the offline model. Connect one: docs/models.md'
    : `Connected language models: ${connected.map(({ id, name, model }) => name ?? model ?? id).join(', ')}`;
}

/**
 * What a person at the terminal reads once the service answers.
 * @param key of the first administrator, for the page and the example; undefined if an earlier start has shown it
 */
export function welcome({ url, ports }: Pick<Service, 'url' | 'ports'>, models: readonly NamedModel[], key: string | undefined): string {
  const addresses = {
    // Browsers never send the fragment to the server: the page signs in with it.
    Page: key === undefined ? `${url}/` : `${url}/#key=${key}`,
    API: url,
    'OpenAI base URL': `${url}${endpoints.compatibleModels.path.replace('/models', '')}`,
    Documentation: `${url}${endpoints.docs.path}`,
    GraphQL: `http://localhost:${ports.graphql}${endpoints.graphql.path}`,
  };
  return [
    '',
    startupTitles.ready,
    ...lines(addresses),
    '',
    modelsLine(models),
    '',
    'Try it:',
    `  curl ${url}${endpoints.generate.path} \\`,
    `    -H 'Authorization: Bearer ${key ?? 'YOUR_API_KEY'}' -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(example)}'`,
    '',
    '',
  ].join('\n');
}
