import { expect, test } from '@jest/globals';
import { files, read } from './sources.ts';

/** The only file that adds what the types of cdk8s-plus-28 do not have. */
const additions = 'manifests/constructs/newer-kubernetes.ts';
/** Kinds of operators whose packages have no model of them. */
const customResources = ['manifests/constructs/custom-resource.ts', 'manifests/constructs/traefik.ts', 'manifests/data/object-store.ts'];

const manifests = files().filter((path) => /^manifests\/.*(?<!\.test)\.ts$/.test(path));
const containing = (pattern: RegExp) => manifests.filter((path) => pattern.test(read(path)));

test('objects of Kubernetes are typed: only one file and custom resources create untyped objects', () => {
  expect(containing(/new ApiObject\(/)).toEqual([additions, ...customResources].toSorted());
});

test('one file changes objects after cdk8s has rendered them', () => {
  expect(containing(/\boverride toJson\b|\.toJson = |addJsonPatch|JsonPatch/)).toEqual([additions]);
});
