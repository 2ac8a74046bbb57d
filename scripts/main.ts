import { createOutput, type Streams } from './cli/output.ts';
import { printFailure } from './cli/print-failure.ts';
import { parseAndRun } from './cli/program.ts';
import { handlers } from './commands/index.ts';

// Packages below us still use deprecated parts of Node; whoever releases can do nothing about it.
process.noDeprecation = true;

// Who reads may stop reading, such as `head`: nothing is left to be told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { TERM, CI, GITHUB_ACTIONS } = process.env;
const streams: Streams = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Some continuous integration has a terminal, but nobody in front of it.
  terminal: process.stdout.isTTY === true && TERM !== 'dumb' && CI === undefined && GITHUB_ACTIONS !== 'true',
  columns: () => process.stdout.columns || 80,
  errorColumns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
  github: GITHUB_ACTIONS === 'true',
};
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // The second signal ends the process at once; the lock then expires by itself.
  process.once(name, () => {
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

const argv = process.argv.slice(2);
try {
  process.exitCode = await parseAndRun(argv, streams, async (name, invocation) => {
    const out = createOutput(streams, name, invocation.flags.json);
    try {
      return await handlers[name](invocation, { out, signal: interruption.signal, env: process.env });
    } finally {
      out.showPending();
    }
  });
} catch (error) {
  process.exitCode = printFailure(error, streams, argv.includes('--json'));
  if (process.env.LEYENDA_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
