import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { team } from '../../contract/team.ts';
import { read, root } from './sources.ts';

test('the code owners own paths that exist, and each line is a comment until the team names an owner', () => {
  const lines = read('.github/CODEOWNERS').split('\n');
  const [start, owners] = team.owners === '' ? ['# ', '@OWNER'] : ['', team.owners];
  const paths = lines.flatMap((line) =>
    line.startsWith(`${start}/`) && line.endsWith(` ${owners}`) ? (line.slice(start.length).split(' ')[0] ?? []) : [],
  );
  if (team.owners === '') expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  expect(paths).toContain('/.github/');
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
