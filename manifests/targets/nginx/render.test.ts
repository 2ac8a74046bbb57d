import { describe, expect, test } from '@jest/globals';
import { maxBodyBytes } from '../../../contract/body-limits.ts';
import { endpointNames, endpointOf } from '../../../contract/endpoints/index.ts';
import { rateLimits } from '../../../contract/rate-limits.ts';
import { timings } from '../../../contract/timings.ts';
import { product } from './product.ts';
import { nginxReferences } from './references.ts';
import { nginxConfiguration } from './render.ts';
import type { Directive } from './syntax.ts';
import { isEdgeClass, type NginxTarget } from './target.ts';

const named = (directives: readonly Directive[], name: string) => directives.filter((each) => each.name === name);
const inner = (directives: readonly Directive[], name: string) => named(directives, name).flatMap(({ block = [] }) => block);
const argumentsOf = (directives: readonly Directive[], name: string) => named(directives, name)[0]?.args.join(' ');

const httpOf = (target: NginxTarget) => inner(nginxConfiguration(target), 'http');
const mainServer = (target: NginxTarget) => named(httpOf(target), 'server').at(-1)?.block ?? [];

/** The location that nginx selects for a path. */
function locationOf(server: readonly Directive[], path: string): readonly Directive[] {
  const locations = named(server, 'location');
  const exact = locations.find(({ args: [kind, value] }) => kind === '=' && value === path);
  const fixed = locations.find(({ args: [kind, value = '-'] }) => kind === '^~' && path.startsWith(value));
  const fitting = locations.find(
    ({ args: [kind = '', value = ''] }) => kind.startsWith('~') && new RegExp(value, kind.slice(1) && 'i').test(path),
  );
  const rest = locations.find(({ args: [kind] }) => kind === '/');
  return (exact ?? fixed ?? fitting ?? rest)?.block ?? [];
}

const samples = endpointNames.flatMap((name) =>
  [endpointOf(name).path, ...(endpointOf(name).aliases ?? [])].map((path) => ({ name, path: path.replace(/:\w+/g, 'x-1') })),
);
const outside = samples.filter(({ name }) => endpointOf(name).port !== 'metrics');

describe('Every endpoint of the contract', () => {
  const server = mainServer(product);

  test.each(outside)('$name is reached at $path', ({ name, path }) => {
    const upstream = endpointOf(name).port === 'graphql' ? 'graphql' : 'api';
    expect(argumentsOf(locationOf(server, path), 'proxy_pass')).toBe(`http://${upstream}`);
  });

  test.each(outside.filter(({ path }) => path !== '/'))('$name is not reached at other spellings of $path', ({ path }) => {
    for (const spelled of [path.replace(/^\/\w+/, (part) => part.toUpperCase()), `${path}/`]) {
      expect(argumentsOf(locationOf(server, spelled), 'return')).toBe('404');
    }
  });

  test.each(outside)('$name is limited at $path as its class is, or not at all', ({ name, path }) => {
    const { rateLimit } = endpointOf(name);
    const zones = named(locationOf(server, path), 'limit_req').map(({ args: [zone] }) => zone);
    if (isEdgeClass(rateLimit)) expect(zones).toContain(`zone=${product.zones[rateLimit].name}`);
    else expect([zones, argumentsOf(locationOf(server, path), 'access_log')]).toEqual([[], 'off']);
  });

  test.each(outside)('$name takes as large a body at $path as the service does', ({ name, path }) => {
    const own = argumentsOf(locationOf(server, path), 'client_max_body_size') ?? argumentsOf(server, 'client_max_body_size');
    expect(Number(own)).toBeGreaterThanOrEqual(endpointOf(name).maxBodyBytes ?? maxBodyBytes);
  });

  test('and nothing else is reached', () => {
    for (const path of ['/anything', '/api/v4/generate/more']) expect(argumentsOf(locationOf(server, path), 'return')).toBe('404');
  });

  test.each(Object.entries({ product, ...nginxReferences }))(
    'reaches /metrics of %s on PORT, with the limits of other requests',
    (_, target) => {
      const location = locationOf(mainServer(target), '/metrics');
      expect(argumentsOf(location, 'proxy_pass')).toBe(`http://${target.service.http}`);
      expect(argumentsOf(location, 'limit_req')).toMatch(`zone=${target.zones.api.name} `);
    },
  );
});

describe('A class of the contract', () => {
  test.each(Object.keys(product.zones))('%s has a zone with its rate', (name) => {
    const zone = named(httpOf(product), 'limit_req_zone').find(({ args }) => args[1]?.startsWith(`zone=${name}:`));
    const [, count = '', unit = ''] = /^rate=(\d+)r\/([sm])$/.exec(zone?.args[2] ?? '') ?? [];
    const { edge } = Object.entries(rateLimits).flatMap(([key, value]) => (key === name && 'edge' in value ? [value] : []))[0] ?? {};
    expect(Number(count) / (unit === 's' ? 1 : 60)).toBeCloseTo((edge?.requests ?? 0) / (edge?.seconds ?? 1));
  });

  test('that shares a path with another counts its own methods alone', () => {
    const cases = named(httpOf(product), 'map').find(({ args }) => args[1] === '$limit_class')?.block ?? [];
    const classOf = (request: string) => cases.find(({ name }) => name.startsWith('~') && new RegExp(name.slice(1)).test(request))?.args[0];
    expect(['POST', 'GET', 'HEAD'].map((method) => classOf(`${method} /api/v1/batch`))).toEqual(['batch', 'api', 'api']);
    expect(classOf('POST /api/v4/generate')).toBeUndefined();
  });
});

describe('nginx waits', () => {
  test.each(Object.entries({ product, ...nginxReferences }))('longer than the service of %s takes', (_, target) => {
    for (const name of ['proxy_read_timeout', 'proxy_send_timeout']) {
      expect(Number.parseInt(argumentsOf(mainServer(target), name) ?? '', 10)).toBeGreaterThan(timings.request);
    }
  });
});

test('Names of replicas are looked up again where a name server is given, and once where not', () => {
  const lookedUp = (target: NginxTarget) => inner(httpOf(target), 'upstream').some(({ args }) => args.includes('resolve'));
  const onDocker: NginxTarget = { ...product, resolver: '127.0.0.11' };
  expect([argumentsOf(httpOf(onDocker), 'resolver'), lookedUp(onDocker)]).toEqual(['127.0.0.11 valid=5s', true]);
  expect([argumentsOf(httpOf(nginxReferences.preventia), 'resolver'), lookedUp(nginxReferences.preventia)]).toEqual([undefined, false]);
});

test('HTTP/2 is a directive for the versions that warn about the parameter of listen', () => {
  const listens = (target: NginxTarget) => named(mainServer(target), 'listen').map(({ args }) => args.join(' '));
  const onDocker: NginxTarget = { ...product, resolver: '127.0.0.11' };
  expect([listens(product), argumentsOf(httpOf(product), 'http2')]).toEqual([['443 ssl http2'], undefined]);
  expect([listens(onDocker), argumentsOf(httpOf(onDocker), 'http2')]).toEqual([['443 ssl'], 'on']);
});

describe('The guides’ files', () => {
  test('keep their own names', () => {
    const names = (target: NginxTarget) => [
      argumentsOf(mainServer(target), 'server_name'),
      ...named(httpOf(target), 'upstream').map(({ args }) => args[0]),
    ];
    expect(names(nginxReferences['instagram-captions'])).toEqual(['api.yourapp.com', 'instagram_captions_api', 'graphql']);
    expect(names(nginxReferences.preventia)).toEqual(['preventia.com www.preventia.com', 'api_backend', 'graphql']);
    expect(names(nginxReferences['fastapi-stack'])).toEqual(['_', 'fastapi_backend', 'graphql']);
  });

  test('of G2 balances two processes of the API by their connections, gives them the page, and limits logins', () => {
    const server = mainServer(nginxReferences.preventia);
    const upstreamOf = (path: string) => argumentsOf(locationOf(server, path), 'proxy_pass');
    expect(['/', '/page/app.js', '/api/auth/login', '/api/v1/models'].map(upstreamOf)).toEqual(Array(4).fill('http://api_backend'));
    expect(named(locationOf(server, '/api/auth/login'), 'limit_req')[0]?.args).toEqual(['zone=login_limit', 'burst=2', 'nodelay']);
    const [api] = named(httpOf(nginxReferences.preventia), 'upstream').map(({ block = [] }) =>
      block.map(({ name, args }) => `${name} ${args[0] ?? ''}`.trim()),
    );
    expect(api).toEqual(expect.arrayContaining(['least_conn', 'server 127.0.0.1:8000', 'server 127.0.0.1:8002']));
  });

  test('trust CloudFlare behind it, and no proxy by default', () => {
    const trustedRanges = (target: NginxTarget) => named(httpOf(target), 'set_real_ip_from').length;
    expect([
      trustedRanges(product),
      trustedRanges(nginxReferences['instagram-captions']),
      trustedRanges(nginxReferences.preventia),
    ]).toEqual([0, 22, 0]);
  });
});
