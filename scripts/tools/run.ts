/**
 * Runs a program of a package that only contributors need; the first use installs all of them with the hashes of their lock file.
 * Usage: node scripts/tools/run.ts PROGRAM [ARGUMENT...]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const modules = join(folder, 'node_modules');
/** Hash of the lock file from which the packages were installed. */
const stamp = join(modules, '.lock-hash');

function install(): void {
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.error('installing the tools of scripts/tools once');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('npm ci failed in scripts/tools: see its output above');
  writeFileSync(stamp, hash);
}

/** Runs one of the programs in the current folder and ends with its exit status. */
export function runTool(program: string, args: readonly string[]): void {
  install();
  process.exitCode = spawnSync(join(modules, '.bin', program), args, { stdio: 'inherit' }).status ?? 1;
}

const [program, ...args] = process.argv.slice(2);
if (import.meta.main && program !== undefined) runTool(program, args);
