import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EndpointName, endpointNames, endpointOf } from '../../contract/endpoints/index.ts';
import { rawRequest, sendRaw } from '../testing/raw-http.ts';
import { startService, type TestService } from '../testing/service.ts';
import { problemResponse } from './problem-schemas.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_LOGIN_REQUESTS: '1000000' });
});
afterAll(() => service.close());

const baseOf = (name: EndpointName) => (endpointOf(name).port === 'graphql' ? service.graphqlUrl : service.url);
const pathsOf = (name: EndpointName) => [endpointOf(name).path, ...(endpointOf(name).aliases ?? [])];

/** Counts of the requests that reached an endpoint. */
const requestsByEndpoint = async () =>
  (await service.dependencies.metrics.render()).split('\n').filter((line) => /requests_total\{.*route="\//.test(line));

/** The endpoints that have served requests since. */
async function reachedSince(before: readonly string[]): Promise<readonly EndpointName[]> {
  const changed = (await requestsByEndpoint()).filter((line) => !before.includes(line));
  return endpointNames.filter((name) => {
    const { method, path } = endpointOf(name);
    return changed.some((line) => line.includes(`method="${method}"`) && line.includes(`route="${path}"`));
  });
}

/** Changes of a text at one of its characters that many routers do not see. */
const percent = (text: string) => `%${text.charCodeAt(0).toString(16).padStart(2, '0')}`;
const spellings: Readonly<Record<string, (path: string, at: number) => string>> = {
  'another case': (path, at) => path.slice(0, at) + path.slice(at).replace(/[a-z]/, (letter) => letter.toUpperCase()),
  'upper case': (path) => path.toUpperCase(),
  'a slash at the end': (path) => `${path}/`,
  'slashes at the end': (path) => `${path}//`,
  'a slash too many': (path) => path.replace(/\/(?=[^/]*$)/, '//'),
  'a slash in front': (path) => `/${path}`,
  'a percent escape': (path, at) => path.slice(0, at + 1) + path.slice(at + 1).replace(/[a-z]/, percent),
  'an escaped slash': (path) => path.replace(/(?<=.)\//, '%2f'),
  'a dot segment': (path) => path.replace(/\/(?=[^/]*$)/, '/./'),
  'a segment that is left again': (path) => path.replace(/\/(?=[^/]*$)/, '/x/../'),
  'a dot at the end': (path) => `${path}/.`,
  'an escaped dot segment': (path) => path.replace(/\/(?=[^/]*$)/, '/%2e/'),
  'a path parameter': (path) => `${path};x=1`,
  'a backslash': (path) => path.replace(/(?<=.)\//, '\\'),
  'a fragment': (path) => `${path}#x`,
  'a backslash and a fragment': (path) => `${path.replace(/(?<=.)\//, '\\')}#x`,
  'an escaped space': (path) => `${path}%20`,
  'a byte of no ASCII': (path) => `${path}\u00a0`,
  'an escaped NUL': (path) => `${path}%00`,
  'a suffix': (path) => `${path}.json`,
};

describe('Another spelling of the path', () => {
  const fixed = endpointNames.flatMap((name) => pathsOf(name).map((path) => ({ name, path, method: endpointOf(name).method })));

  test.each(fixed)('of $method $path does not reach it: an edge could limit it in another class', async ({ name, path, method }) => {
    const known = path.replace(/:file/, 'start.js').replace(/:\w+/g, '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac');
    // A part that varies may be spelled as one likes: only the part before it is the endpoint's.
    const literal = known.slice(0, path.includes(':') ? path.indexOf(':') : undefined);
    const rest = known.slice(literal.length);
    const before = await requestsByEndpoint();
    const spelled = fc.tuple(fc.constantFrom(...Object.values(spellings)), fc.nat(Math.max(0, literal.length - 1)));
    await fc.assert(
      fc.asyncProperty(spelled, async ([spell, at]) => {
        const target = rest === '' ? spell(literal, at) : `${spell(literal.replace(/\/$/, ''), at)}/${rest}`;
        fc.pre(target !== known && !/^\/\/?$/.test(target));
        const { status } = await sendRaw(
          baseOf(name),
          rawRequest(method, target, { 'Content-Type': 'application/json' }, Buffer.from('{}')),
        );
        // `/users/ME` is a user's path: what it reaches is another endpoint, of the same class.
        const reached = await reachedSince(before);
        if (reached.length === 0) expect([target, status === 404 || status === 400 || status === 405]).toEqual([target, true]);
        expect(reached).not.toContain(name);
        for (const other of reached) expect([target, endpointOf(other).rateLimit]).toEqual([target, endpointOf(name).rateLimit]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(['/AUTH/LOGIN', '/auth/login/', '//auth//login'])('%s gets the path as it is written', async (path) => {
    const { status, body } = await sendRaw(service.url, rawRequest('POST', path));
    expect(status).toBe(404);
    expect(problemResponse.parse(JSON.parse(body))).toMatchObject({ code: 'not_found', detail: expect.stringContaining(' /auth/login.') });
  });

  test('gives a path that nothing is like no hint', async () => {
    const { body } = await sendRaw(service.url, rawRequest('POST', '/auth/login-now'));
    expect(problemResponse.parse(JSON.parse(body)).detail).toBe('Check the path against /api/v1/openapi.json.');
  });

  test('with scheme and host in front is the same path, and that host counts', async () => {
    expect((await sendRaw(service.url, rawRequest('GET', 'http://localhost/health?x=1'))).status).toBe(200);
    expect((await sendRaw(service.url, rawRequest('GET', 'http://localhost'))).status).toBe(200);
    const strict = await startService({ TRUSTED_HOSTS: 'localhost' });
    expect((await sendRaw(strict.url, rawRequest('GET', 'http://evil.example/', { Host: 'localhost' }))).status).toBe(421);
    await strict.close();
  });

  test('of a part that varies reaches the same endpoint, as its text is', async () => {
    const { status, body } = await sendRaw(service.url, rawRequest('GET', '/v1/models/%61uto', { Authorization: 'Bearer user-key' }));
    expect([status, JSON.parse(body).id]).toEqual([200, 'auto']);
  });
});
