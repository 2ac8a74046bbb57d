import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { read, root } from './sources.ts';

test('the code owners are paths that exist, and no owner before a fork names one', () => {
  const lines = read('.github/CODEOWNERS').split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  const paths = lines.flatMap((line) => /^# (\/\S+) +@OWNER$/.exec(line)?.[1] ?? []);
  expect(paths).toContain('/.github/');
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
