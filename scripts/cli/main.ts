import { handlers } from '../commands/index.ts';
import { explain } from './failure.ts';
import { createOutput } from './output.ts';
import { parseAndRun } from './program.ts';

// Packages below us still use deprecated parts of Node; whoever releases can do nothing about it.
process.noDeprecation = true;

// Who reads may stop reading, such as `head`: nothing is left to be told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const streams = { stdout: process.stdout, stderr: process.stderr, terminal: process.stdout.isTTY === true };
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // The second signal ends the process at once; the lock then expires by itself.
  process.once(name, () => {
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

try {
  process.exitCode = await parseAndRun(process.argv.slice(2), streams, async (name, invocation) => {
    const out = createOutput(streams, invocation.flags.json);
    try {
      return await handlers[name](invocation, { out, signal: interruption.signal, env: process.env });
    } catch (error) {
      const { cause, remedy, exitCode } = explain(error);
      if (invocation.flags.json) out.result('', { error: cause, remedy, exitCode });
      throw error;
    }
  });
} catch (error) {
  const { line, exitCode } = explain(error);
  process.stderr.write(`leyenda: ${line}\n`);
  if (process.env.LEYENDA_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCode;
}
