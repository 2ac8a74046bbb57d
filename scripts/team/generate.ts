import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Team } from '../../contract/team-fields.ts';
import { Failure } from '../cli/failure.ts';
import { renderTeam, teamFile } from './render.ts';

const run = promisify(execFile);

/** The programs that check and generate files, in this order. */
const generators = [
  ['scripts/leyenda.ts', 'synth', '--out', 'dist'],
  ['scripts/docs/write.ts'],
  ['scripts/leyenda.ts', 'workflows', 'write'],
  ['service/graphql/write-schema.ts'],
] as const;

export interface Changes {
  /** Paths from the root, of files that were written or deleted. */
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  /** As `git diff` prints it. */
  readonly diff: string;
}

/**
 * Generates the files of a team in a copy of the repository, so that values which do not synthesize change nothing.
 * @param folder root of the repository
 * @param apply copies the changed files into the repository
 * @throws {Failure} `usage` if the folder is not the repository, or the manifests of the team have mistakes
 */
export async function generate(folder: string, team: Team, apply: boolean, signal: AbortSignal): Promise<Changes> {
  const root = resolve(folder);
  const copy = await mkdtemp(join(tmpdir(), 'leyenda-init-'));
  const git = async (cwd: string, ...args: readonly string[]) =>
    (await run('git', ['-c', 'core.autocrlf=false', ...args], { cwd, signal, maxBuffer: 2 ** 28 })).stdout;
  try {
    await copyFiles(root, copy, await filesIn(root, git));
    await git(copy, 'init', '--quiet');
    await git(copy, 'add', '--all');
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    await writeFile(join(copy, teamFile), renderTeam(team));
    for (const args of generators) await generateIn(copy, args, signal);
    await git(copy, 'add', '--all', '--intent-to-add', '--', ':!node_modules');
    const named = async (filter: string) => lines(await git(copy, 'diff', '--name-only', '-z', '--no-renames', `--diff-filter=${filter}`));
    const [written, deleted] = [await named('d'), await named('D')];
    const diff = await git(copy, 'diff', '--no-color', '--no-ext-diff', '--no-renames');
    if (apply) await applyTo(root, copy, { written, deleted });
    return { written, deleted, diff };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const lines = (text: string) => text.split('\0').filter((line) => line !== '');

async function filesIn(root: string, git: (cwd: string, ...args: readonly string[]) => Promise<string>): Promise<readonly string[]> {
  try {
    const [present, deleted] = await Promise.all([
      git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'),
      git(root, 'ls-files', '-z', '--deleted'),
    ]);
    const missing = new Set(lines(deleted));
    const files = [...new Set(lines(present))].filter((path) => !missing.has(path));
    if (files.includes(teamFile)) return files;
  } catch (error) {
    throw new Failure('usage', 'this folder is not a git repository', 'run it in a clone of the repository', { cause: error });
  }
  throw new Failure('usage', `this folder has no ${teamFile}`, 'run it in the root of the repository');
}

async function generateIn(copy: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await run(process.execPath, [...args], { cwd: copy, signal, maxBuffer: 2 ** 28 });
  } catch (error) {
    signal.throwIfAborted();
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Failure('usage', `these values do not synthesize: ${stderr.replace(/^leyenda: /, '')}`, 'nothing was changed', {
      cause: error,
    });
  }
}

async function copyFiles(from: string, to: string, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.map((path) => dirname(join(to, path))));
  await Promise.all([...folders].map((path) => mkdir(path, { recursive: true })));
  await Promise.all(paths.map((path) => copyFile(join(from, path), join(to, path))));
}

async function applyTo(root: string, copy: string, { written, deleted }: Pick<Changes, 'written' | 'deleted'>): Promise<void> {
  await copyFiles(copy, root, written);
  for (const path of deleted) await rm(join(root, path), { force: true });
}
