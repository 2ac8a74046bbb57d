import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyPrograms } from './database-dump.ts';

const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
const bin = versions.map((version) => join('/usr/lib/postgresql', version, 'bin')).find((folder) => existsSync(join(folder, 'postgres')));

(bin === undefined ? test.skip : test)('The programs of the server run from the copy, with its own loader and libraries', () => {
  const target = mkdtempSync(join(tmpdir(), 'leyenda-programs-'));
  execFileSync('sh', ['-c', copyPrograms(target)], { env: { PATH: `${bin}:/usr/bin:/bin` } });
  for (const name of ['psql', 'pg_dump', 'pg_restore']) {
    const version = (path: string) => execFileSync(path, ['--version'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
    expect(version(join(target, 'bin', name))).toBe(version(join(String(bin), name)));
  }
  rmSync(target, { recursive: true });
});
