import type { Streams } from './cli/output.ts';
import { runLeyenda } from './run-leyenda.ts';

// Dependencies use deprecated parts of Node, which users of this tool cannot change.
process.noDeprecation = true;

// A reader such as `head` may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { TERM, CI, GITHUB_ACTIONS } = process.env;
const streams: Streams = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Some CI systems allocate a terminal that no user watches.
  terminal: process.stdout.isTTY === true && TERM !== 'dumb' && CI === undefined && GITHUB_ACTIONS !== 'true',
  columns: () => process.stdout.columns || 80,
  errorColumns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
  github: GITHUB_ACTIONS === 'true',
};
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // A second signal ends the process at once; the lock then expires.
  process.once(name, () => {
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

process.exitCode = await runLeyenda(process.argv.slice(2), streams, { env: process.env, signal: interruption.signal });
