import { describe, expect, test } from '@jest/globals';
import { thirdPartyImages } from '../components/third-party-images.ts';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { repositoryOf } from './image-expressions.ts';

const image = `ghcr.io/acme/captions@sha256:${'a'.repeat(64)}`;
const platformOf = (environment: Environment) =>
  synthesizeEnvironment(environment, image)
    .filter(({ chart }) => chart === 'platform')
    .flatMap(({ objects }) => objects);
const policyText = (environment: Environment) =>
  JSON.stringify(
    platformOf(environment).find(({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name.endsWith('-images')) ?? '',
  );

describe('The allowed images', () => {
  test('include the pinned images of this environment, and no others', () => {
    const text = policyText({ ...local, admission: 'pinned-images' });
    for (const used of [thirdPartyImages.postgres, thirdPartyImages.redis]) expect(text).toContain(used);
    for (const unused of [thirdPartyImages.jaeger, thirdPartyImages.cloudNativePgPostgres]) expect(text).not.toContain(unused);
  });

  test('include images of operators only if the environment has these operators', () => {
    expect(policyText(production)).toContain('quay.io/jetstack/cert-manager-acmesolver');
    expect(policyText({ ...local, admission: 'pinned-images' })).not.toContain('cert-manager');
  });

  test("include a mesh's sidecars only if the cluster has the mesh", () => {
    const mesh = { images: ['docker.io/istio/proxyv2'], namespace: 'istio-system' } as const;
    expect(policyText({ ...production, cluster: { mesh } })).toContain('docker.io/istio/proxyv2');
    expect(policyText(production)).not.toContain('istio');
    const tagged = { ...production, cluster: { mesh: { ...mesh, images: ['docker.io/istio/proxyv2:1.28.0'] } } } as const;
    expect(() => policyText(tagged)).toThrow('cluster.mesh.images[0] (docker.io/istio/proxyv2:1.28.0) has a tag or a digest: remove it');
  });

  test('are unrestricted without an admission policy', () => expect(policyText(local)).toBe('""'));
});

test.each([
  ['ghcr.io/acme/captions', 'ghcr.io/acme/captions'],
  ['ghcr.io/acme/captions:1', 'ghcr.io/acme/captions'],
  [image, 'ghcr.io/acme/captions'],
  [`localhost:5001/captions:1@sha256:${'a'.repeat(64)}`, 'localhost:5001/captions'],
  ['localhost:5001/captions', 'localhost:5001/captions'],
])('the repository of %s is %s', (reference, repository) => expect(repositoryOf(reference)).toBe(repository));
