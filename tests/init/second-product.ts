import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
export const values = join(import.meta.dirname, 'values.json');

/** A copy of the repository that `leyenda init` makes the product of another team. */
export interface SecondProduct {
  readonly folder: string;
  /** Runs a program of the copy. @returns its standard output */
  run(...args: readonly string[]): string;
  /** Paths of all committed and generated files, from the folder. */
  files(): readonly string[];
  read(path: string): string;
  /** Whether no file differs from the last commit. */
  isClean(): boolean;
  commit(): void;
  remove(): void;
}

export function createSecondProduct(): SecondProduct {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-second-'));
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Second', '-c', 'user.email=second@acme.test', ...args], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
  const list = (cwd: string, ...args: readonly string[]) =>
    git(cwd, 'ls-files', '-z', ...args)
      .split('\0')
      .filter(Boolean);
  const deleted = new Set(list(root, '--deleted'));
  for (const path of list(root, '--cached', '--others', '--exclude-standard').filter((each) => !deleted.has(each))) {
    cpSync(join(root, path), join(folder, path), { verbatimSymlinks: true });
  }
  git(folder, 'init', '--quiet');
  const commit = () => {
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'feat: commit');
  };
  commit();
  // A link, which the line `node_modules/` of .gitignore does not match.
  writeFileSync(join(folder, '.git/info/exclude'), '/node_modules\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    run: (...args) =>
      execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28 }),
    files: () => list(folder, '--cached').filter((path) => lstatSync(join(folder, path)).isFile()),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    isClean: () => git(folder, 'status', '--porcelain') === '',
    commit,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
