import { expect, test } from '@jest/globals';
import { tools } from '../../.github/src/layer/pins.ts';
import { read } from './sources.ts';

test('workflows run on the Node that package.json pins', () => {
  expect(JSON.parse(read('package.json')).devDependencies.node).toBe(tools.node);
});
