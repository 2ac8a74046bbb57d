import { describe, expect, test } from '@jest/globals';
import { team } from '../../../contract/team.ts';
import { product } from './product.ts';
import { nginxReferences } from './references.ts';
import { renderNginx } from './render.ts';
import { type NginxTarget, nginxTarget } from './target.ts';

const sound: NginxTarget = product;
const mistakes: Readonly<Record<string, readonly [Partial<NginxTarget>, string]>> = {
  'a time limit below the service’s': [{ timeoutSeconds: 15 }, 'timeoutSeconds (15 s) must be longer than timings.request (20 s)'],
  'a time limit equal to the service’s': [{ timeoutSeconds: 20 }, 'timings.request'],
  'a name that the service rejects': [
    { serverNames: ['api.other.example'] },
    `api.other.example is not among TRUSTED_HOSTS (${team.host})`,
  ],
  'a name that is none': [{ serverNames: ['api.yourapp.com; return 200'], settings: { TRUSTED_PROXIES: '1' } }, 'no host name'],
  'a service that believes no proxy': [{ settings: {} }, 'TRUSTED_PROXIES of the service is 0'],
  'a service that believes two': [{ settings: { TRUSTED_PROXIES: '2' } }, 'TRUSTED_PROXIES of the service is 2'],
  'an address without a port': [{ upstreams: { api: ['api'], graphql: ['graphql:1'] } }, 'upstream api: api is not host:port'],
  'a name server that is itself a name': [{ resolver: 'dns.example' }, 'resolver dns.example is no address'],
  'a network that is none': [{ cdn: { header: 'X', networks: ['10.0.0.0/33'] } }, '10.0.0.0/33 is no network'],
  'a path that is not absolute': [{ tls: { certificate: 'a.crt', key: '/a.key' } }, 'a.crt is no absolute path'],
  'a folder that does not end as its prefix does': [{ staticFiles: { prefix: '/static/', folder: '/app' } }, '/app does not'],
};

describe('A target with a mistake is rejected with both values', () => {
  test.each(Object.entries(mistakes))('%s', (_, [mistake, message]) => {
    expect(() => renderNginx({ ...sound, ...mistake })).toThrow(message);
  });

  test('an upstream that is not declared does not compile', () => {
    // @ts-expect-error: there is no upstream of this name
    const wrong = () => nginxTarget({ ...product, upstreams: { api: ['api:1'] }, service: { http: 'api', graphql: 'graphq' } });
    expect(wrong).not.toThrow();
  });
});

test.each(Object.entries({ product, ...nginxReferences }))('%s is sound, and rendered the same each time', (_, target) => {
  expect(renderNginx(target)).toBe(renderNginx(target));
});
