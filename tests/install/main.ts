/**
 * Measures the first hour of a newcomer, with the Node and npm of the caller's PATH: clones the committed state into an empty folder, installs
 * it, starts it, loads the page and requests a caption. Then it starts again, and after an installation without development packages.
 * Usage: npm run test:install; exit code 1 on failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runStart, type Start } from './run-start.ts';

const root = join(import.meta.dirname, '../..');
// npm puts the pinned Node of this repository first.
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.endsWith(join('node_modules', '.bin')))
  .join(delimiter);
const folder = mkdtempSync(join(tmpdir(), 'leyenda-install-'));
const env = { PATH, HOME: process.env.HOME, HOST: '127.0.0.1', PORT: '0', GRAPHQL_PORT: '0' };

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** @throws if the command fails or prints an error or a warning */
function runClean(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = run(command, ...args);
  if (status !== 0 || stderr !== '') throw new Error(`${[command, ...args].join(' ')} ended with ${status}: ${stderr}\n${stdout}`);
  return stdout;
}

const printRow = (step: string, seconds: string, notes: string) =>
  void process.stdout.write(`${step.padEnd(22)}  ${seconds.padStart(7)}  ${notes}\n`);
const printTime = (step: string, seconds: number, notes = '') => printRow(step, seconds.toFixed(2), notes);

function measure(step: string, act: () => string): void {
  const from = performance.now();
  const notes = act();
  printTime(step, (performance.now() - from) / 1000, notes);
}

function printStart(step: string, { firstLine, ready, page, caption }: Start): void {
  printTime(step, firstLine, 'first line');
  printTime('', ready, 'ready');
  printTime('', page, 'answer of /, with its scripts and styles');
  if (caption !== undefined) printTime('', caption, 'caption');
}

/** Runs `npm ci`. @returns the size of what it installed */
function install(...args: readonly string[]): string {
  runClean('npm', 'ci', ...args);
  const [mebibytes] = runClean('du', '-sm', 'node_modules').split('\t');
  return `${mebibytes} MiB, ${runClean('find', 'node_modules', '-type', 'f').split('\n').length} files`;
}

/** @throws unless a program that cannot run on the Node of the PATH ends with one sentence */
function checkOlderNode(): void {
  if (Number.parseInt(runClean('node', '--version').slice(1), 10) >= Number.parseInt(process.versions.node, 10)) return;
  for (const program of ['service/main.ts', 'scripts/leyenda.js']) {
    const { status, stdout, stderr } = run('node', program);
    if (status !== 1 || stdout !== '' || !/^This is Node .*, but Node .* is required: run .*\.$/.test(stderr)) throw new Error(stderr);
  }
}

try {
  printRow('step', 'seconds', `Node ${run('node', '--version').stdout}, npm ${run('npm', '--version').stdout}`);
  measure('git clone', () => run('git', 'clone', '--quiet', root, '.').stderr);
  measure('npm ci', () => install());
  printStart('npm start, first', await runStart(folder, env));
  printStart('npm start, later', await runStart(folder, env));
  measure('npx leyenda --version', () => runClean('npx', 'leyenda', '--version'));
  checkOlderNode();
  // Without development packages the page is not built.
  rmSync(join(folder, 'build'), { recursive: true });
  measure('npm ci --omit=dev', () => install('--omit=dev'));
  printStart('npm start', await runStart(folder, env, { hasPage: false }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
