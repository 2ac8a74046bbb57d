import { expect, test } from '@jest/globals';
import { tools } from '../../.github/src/layer/pins.ts';
import { thirdPartyImages } from '../../manifests/constructs/third-party-images.ts';
import { read } from './sources.ts';

test('the restore drill runs on the server that the manifests deploy', () => expect(tools.postgresImage).toBe(thirdPartyImages.postgres));

test('workflows run on the Node that package.json pins', () => {
  expect(JSON.parse(read('package.json')).devDependencies.node).toBe(tools.node);
});
