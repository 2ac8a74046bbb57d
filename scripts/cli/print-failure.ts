import { documentText } from './document.ts';
import type { ExitCode } from './exit-codes.ts';
import { explain } from './failure.ts';
import type { Streams } from './output.ts';
import { endGroupCommand, errorCommand } from './workflow-log.ts';
import { wrap } from './wrap.ts';

/**
 * Tells why a command ended without a result: one line with cause and remedy, with `json` the one document on standard output too.
 * @returns the exit code
 */
export function printFailure(error: unknown, { stdout, stderr, errorColumns, github }: Streams, json: boolean): ExitCode {
  const { line, cause, remedy, exitCode } = explain(error);
  if (json) stdout.write(documentText('error', { error: cause, remedy, exitCode }));
  const columns = errorColumns?.() ?? Number.POSITIVE_INFINITY;
  for (const text of `leyenda: ${line}`.split('\n')) stderr.write(`${wrap(text, columns, '', '  ')}\n`);
  if (github === true) stderr.write(`${endGroupCommand}\n${errorCommand('leyenda', line)}\n`);
  return exitCode;
}
