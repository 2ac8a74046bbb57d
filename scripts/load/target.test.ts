import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { assertConfirmed, defaultGraphqlUrl, readFromUrls } from './target.ts';

describe('assertConfirmed', () => {
  test.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])('accepts %s without a confirmation', (host) => {
    expect(() => assertConfirmed(host, undefined)).not.toThrow();
  });

  test.each(['api.example.com', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', 'production'])('rejects %s', (host) => {
    expect(() => assertConfirmed(host, undefined)).toThrow(`${host} is not on this machine`);
    expect(() => assertConfirmed(host, 'other')).toThrow(`${host} is not on this machine`);
    expect(() => assertConfirmed(host, host)).not.toThrow();
  });
});

test.each([
  ['http://localhost:8080', 'http://localhost:8001'],
  ['https://api.example.com', 'https://api.example.com'],
])('GraphQL of %s is at %s', (url, graphql) => expect(defaultGraphqlUrl(url)).toBe(graphql));

test('/metrics is requested with the Host header that the service trusts', async () => {
  const server = createServer((request, response) => response.end(`host ${request.headers.host}`)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const { signal } = new AbortController();
  expect((await readFromUrls([url], 'key', 'api.example.com')(signal)).get(url)).toBe('host api.example.com');
  expect((await readFromUrls([url], 'key')(signal)).get(url)).toBe(`host 127.0.0.1:${address.port}`);
  server.closeAllConnections();
  server.close();
});
