import { request } from 'node:http';
import { endpoints } from '../../../contract/endpoints/index.ts';
import type { TestService } from '../../../service/testing/service.ts';
import type { Parser } from './measure.ts';

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const tooManyRequests = 429;

/**
 * Sends a request unchanged, where `fetch` would reject or correct it; resolves when the response is read or the connection ends.
 * @throws when the service counts the request instead of reading it
 */
function send(url: string, { method = 'GET', path = endpoints.health.path, headers = {}, body = '' }: Sent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  request(url, { method, path, headers }, (response) => {
    if (response.statusCode === tooManyRequests) reject(new Error(`${path} returned 429`));
    response.resume().once('close', resolve);
  })
    .once('error', () => resolve())
    .end(body);
  return promise;
}

/** What a header, a path or a query string may hold. */
const visible = (text: string) => text.replaceAll(/[^\x21-\x7e]/g, ' ').trim();

const headers = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Authorization',
  'Cookie',
  'Content-Type',
  'Forwarded',
  'Host',
  'Idempotency-Key',
  'If-None-Match',
  'Origin',
  'Range',
  'traceparent',
  'tracestate',
  'User-Agent',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Request-ID',
];
/** Node rejects headers over 16 KiB; the measured texts are up to four times this long. */
const longestHeader = 3500;

/** A key of the setting VALID_API_KEYS. */
export const key = 'key-of-the-growth-tests';
const known = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
const query = { method: 'POST', path: endpoints.query.path, headers: known };

/** Every place of a request that takes any text, and the longest to begin with. */
export function requests({ url, graphqlUrl }: TestService): Readonly<Record<string, { readonly parse: Parser; readonly largest: number }>> {
  const header = (name: string) => ({
    parse: (text: string) => send(url, { ...query, headers: { ...known, [name]: visible(text) }, body: '{"query":"hi"}' }),
    largest: longestHeader,
  });
  const graphql = (body: object) =>
    send(graphqlUrl, { method: 'POST', path: endpoints.graphql.path, headers: known, body: JSON.stringify(body) });
  return {
    ...Object.fromEntries(headers.map((name) => [`header ${name}`, header(name)])),
    'Accept-Encoding of a page': {
      parse: (text) => send(url, { path: endpoints.docs.path, headers: { 'Accept-Encoding': visible(text) } }),
      largest: longestHeader,
    },
    path: { parse: (text) => send(url, { path: `/api/${visible(text)}`.replaceAll(' ', '/') }), largest: longestHeader },
    'query string': {
      parse: (text) => send(url, { path: `${endpoints.usage.path}?${visible(text)}`.replaceAll(' ', '&'), headers: known }),
      largest: longestHeader,
    },
    'JSON body': { parse: (text) => send(url, { ...query, body: text }), largest: 65_536 },
    'JSON Lines body': {
      parse: (text) =>
        send(url, {
          method: 'POST',
          path: endpoints.createBatch.path,
          headers: { ...known, 'Content-Type': 'application/jsonl' },
          body: text,
        }),
      largest: 65_536,
    },
    query: { parse: (text) => send(url, { ...query, body: JSON.stringify({ query: text }) }), largest: 5000 },
    chat: {
      parse: (text) =>
        send(url, {
          method: 'POST',
          path: endpoints.chatCompletions.path,
          headers: known,
          body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: text }] }),
        }),
      largest: 32_768,
    },
    'GraphQL document': { parse: (query) => graphql({ query }), largest: 8000 },
    'GraphQL variables': {
      parse: (text) =>
        graphql({ query: 'mutation($q: String!) { processQuery(input: { query: $q }) { result } }', variables: { q: text } }),
      largest: 32_768,
    },
  };
}
