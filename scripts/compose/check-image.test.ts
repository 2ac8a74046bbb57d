import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { imageUser } from '../../manifests/constructs/pod.ts';
import { judge } from './check-image.ts';

const labels = {
  maintainer: product.maintainer,
  'org.opencontainers.image.title': product.title,
  'org.opencontainers.image.version': product.version,
  'org.opencontainers.image.licenses': product.license,
  'org.opencontainers.image.source': 'https://github.com/leyenda/leyenda',
  'org.opencontainers.image.revision': 'abc',
};
const inspected = (config: object = {}) => ({
  Config: { Labels: labels, Env: ['NODE_ENV=production'], Healthcheck: { Test: ['CMD', 'node', '/app/healthcheck.js'] }, ...config },
});
const probed = { uid: imageUser, gid: imageUser, writable: [] };
const failed = (...given: Parameters<typeof judge>) =>
  judge(...given)
    .filter(({ passed }) => !passed)
    .map(({ check, detail }) => `${check}: ${detail}`);

describe('leyenda check-image', () => {
  test('accepts an image that runs without root and cannot change its code', () => expect(failed(inspected(), probed)).toEqual([]));

  test.each<[string, Parameters<typeof judge>]>([
    ['runs without root: uid 0, gid 0', [inspected(), { ...probed, uid: 0, gid: 0 }]],
    ['cannot change its own code: writable below /app: /app/main.js', [inspected(), { ...probed, writable: ['/app/main.js'] }]],
    ['has its labels: wrong or missing: maintainer', [inspected({ Labels: { ...labels, maintainer: 'another' } }), probed]],
    ['contains no secret variable: secret variables: SECRET_KEY', [inspected({ Env: ['SECRET_KEY=x'] }), probed]],
    ['checks its health: no HEALTHCHECK', [inspected({ Healthcheck: null }), probed]],
  ])('rejects with: %s', (line, [config, output]) => expect(failed(config, output)).toEqual([line]));

  test('rejects an image whose probe printed nothing', () =>
    expect(failed(inspected(), undefined)).toEqual([
      'runs without root: uid undefined, gid undefined',
      'cannot change its own code: writable below /app: none',
    ]));
});
