/**
 * Installs the committed state without development packages in an empty folder, with the Node and npm of the caller's PATH,
 * starts it, sends one request and stops it.
 * Usage: npm run test:install; exit code 1 on failure.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
// npm puts the pinned Node of this repository first.
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.endsWith(join('node_modules', '.bin')))
  .join(delimiter);
const folder = mkdtempSync(join(tmpdir(), 'leyenda-install-'));
const env = { PATH, HOME: process.env.HOME, HOST: '127.0.0.1', PORT: '0', GRAPHQL_PORT: '0' };
const run = (command: string, ...args: readonly string[]) => execFileSync(command, args, { cwd: folder, env, encoding: 'utf8' }).trim();

/** Starts the service. @returns the body of its health check */
async function requestHealth(): Promise<string> {
  const npm = spawn('npm', ['start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(npm, 'exit');
  try {
    for await (const line of createInterface(npm.stdout)) {
      const port = /"ports":\{"http":(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      if (!response.ok) throw new Error(`the health check returned ${response.status}`);
      return await response.text();
    }
    throw new Error('the service ended before it listened');
  } finally {
    npm.kill('SIGTERM');
    npm.stdout.resume();
    await exited;
  }
}

const start = performance.now();
const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
const print = (line: string) => void process.stdout.write(`${line}\n`);
try {
  run('git', 'clone', '--quiet', root, '.');
  print(`Node ${run('node', '--version')}, npm ${run('npm', '--version')}`);
  run('npm', 'ci', '--omit=dev', '--loglevel=error');
  const [mebibytes] = run('du', '-sm', 'node_modules').split('\t');
  print(`npm ci --omit=dev: ${mebibytes} MiB, ${run('find', 'node_modules', '-type', 'f').split('\n').length} files, ${seconds()}`);
  print(`npm start: ${await requestHealth()}, ${seconds()}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
