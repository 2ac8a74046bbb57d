import type { Context } from './cli/context.ts';
import type { ExitCode } from './cli/exit-codes.ts';
import { loadCommands } from './cli/load-commands.ts';
import { createOutput, type Streams } from './cli/output.ts';
import { printFailure } from './cli/print-failure.ts';
import { parseAndRun } from './cli/program.ts';

/** Runs one command line, without node and script. @returns the exit code; errors are printed to standard error */
export async function runLeyenda(
  argv: readonly string[],
  streams: Streams,
  { env, signal }: Pick<Context, 'env' | 'signal'>,
): Promise<ExitCode> {
  const loadWorkflows = () => import('../.github/src/check/index.ts');
  const loadRehearsal = () => import('./rehearsal/rehearse.ts');
  try {
    return await parseAndRun(argv, await loadCommands(argv[0]), streams, async (command, invocation) => {
      const out = createOutput(streams, command.name, invocation.flags.json === true);
      try {
        return await command.run(invocation, { out, signal, env, loadWorkflows, loadRehearsal });
      } finally {
        out.showPending();
      }
    });
  } catch (error) {
    const exitCode = printFailure(error, streams, argv.includes('--json'));
    if (env.LEYENDA_DEBUG === '1' && error instanceof Error) streams.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}
