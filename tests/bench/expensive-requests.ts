import { getIntrospectionQuery } from 'graphql';
import { endpoints } from '../../contract/endpoints/index.ts';

/** A request to one of the two ports of the service: a GET if it has no body. */
export interface ExpensiveRequest {
  readonly port: 'http' | 'graphql';
  readonly path: string;
  readonly body?: object;
}

const chat = (...contents: readonly string[]): ExpensiveRequest => ({
  port: 'http',
  path: endpoints.chatCompletions.path,
  body: { model: 'auto', messages: contents.map((content) => ({ role: 'user', content })) },
});
const query = (text: string): ExpensiveRequest => ({ port: 'http', path: endpoints.query.path, body: { query: text } });
const caption = (text: string): ExpensiveRequest => ({
  port: 'http',
  path: endpoints.generate.path,
  body: { content_description: text, style: 'casual', audience: 'general', client_id: 'bench', count: 5 },
});
const document = (text: string): ExpensiveRequest => ({ port: 'graphql', path: endpoints.graphql.path, body: { query: text } });
const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at.toString(36)}`).join(' ');
const fields = '{ name description isDeprecated deprecationReason }';
const everyField = Array.from({ length: 12 }, (_, at) => `a${at}: fields ${fields}`).join(' ');

/** The most expensive requests by description. The number makes each unique, so that no cache has its response. */
export const expensiveRequests: Readonly<Record<string, (number: number) => ExpensiveRequest>> = {
  '‹ × 60,000': (number) => chat(`${number} beach ${'‹'.repeat(60_000)}`),
  '( × 19,800': (number) => query(`${number}${'('.repeat(19_800)}`),
  '1 and + × 10,000': (number) => query(`${number}${'+'.repeat(10_000)}`),
  '@ × 40,000': (number) => chat(`${number}${'@'.repeat(40_000)}`),
  'a × 40,000': (number) => chat(`${number}${'a'.repeat(40_000)}`),
  'combining marks × 60,000': (number) => chat(`${number}a${'\u0315\u0300\u0334'.repeat(20_000)}`),
  '90,000 different words': (number) => chat(words(90_000), `Which is w${number}?`),
  '3,500 different words in a query': (number) => query(`${number} ${words(3500)}`),
  'a caption of 400 words': (number) => caption(`${number} ${words(400)}`),
  'a GraphQL field × 450': (number) => document(`{ ${'models { id } '.repeat(450)} } # ${number}`),
  'the schema over GraphQL': (number) => document(`${getIntrospectionQuery()} # ${number}`),
  'the fields of every type × 12': (number) => document(`{ __schema { types { ${everyField} } } } # ${number}`),
  'a query string of 14 kB': (number) => ({ port: 'http', path: `${endpoints.usage.path}?${'p&'.repeat(7000)}${number}` }),
};
