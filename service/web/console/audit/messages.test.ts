import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { actionMessages } from './messages.ts';

test('every action that the service audits has a text', () => {
  const folder = join(import.meta.dirname, '../../..');
  const sources = globSync(['accounts/*.ts', 'news/sources/*.ts'], { cwd: folder }).filter((path) => !path.endsWith('.test.ts'));
  const text = sources.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
  const actions = text.matchAll(/'((?:key|user|session|login|source)\.[a-z_]+)'/g).map(([, action = '']) => action);
  expect(new Set(actions)).toEqual(new Set(Object.keys(actionMessages.en)));
});
