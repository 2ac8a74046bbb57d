import { describe, expect, test } from '@jest/globals';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { repositoryOf } from './image-expressions.ts';
import { thirdPartyImages } from './third-party-images.ts';

const image = `ghcr.io/acme/captions@sha256:${'a'.repeat(64)}`;
const platformOf = (environment: Environment) =>
  synthesizeEnvironment(environment, image)
    .filter(({ chart }) => chart === 'platform')
    .flatMap(({ objects }) => objects);
const policyText = (environment: Environment) =>
  JSON.stringify(
    platformOf(environment).find(({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name.endsWith('-images')) ?? '',
  );

describe('What the cluster is told to run', () => {
  test('are the images that the charts of this environment name, and no others that are pinned', () => {
    const text = policyText({ ...local, admission: 'pinned-images' });
    for (const used of [thirdPartyImages.postgres, thirdPartyImages.redis]) expect(text).toContain(used);
    for (const unused of [thirdPartyImages.jaeger, thirdPartyImages.operatedPostgres]) expect(text).not.toContain(unused);
  });

  test('are images of operators only where the environment has these operators', () => {
    expect(policyText(production)).toContain('quay.io/jetstack/cert-manager-acmesolver');
    expect(policyText({ ...local, admission: 'pinned-images' })).not.toContain('cert-manager');
  });

  test('is anything where the environment does not say', () => expect(policyText(local)).toBe('""'));
});

test.each([
  ['ghcr.io/acme/captions', 'ghcr.io/acme/captions'],
  ['ghcr.io/acme/captions:1', 'ghcr.io/acme/captions'],
  [image, 'ghcr.io/acme/captions'],
  [`localhost:5001/captions:1@sha256:${'a'.repeat(64)}`, 'localhost:5001/captions'],
  ['localhost:5001/captions', 'localhost:5001/captions'],
])('the repository of %s is %s', (reference, repository) => expect(repositoryOf(reference)).toBe(repository));
