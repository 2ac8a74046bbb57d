import { documentText } from './document.ts';
import type { ExitCode } from './exit-codes.ts';
import { explain } from './failure.ts';
import type { Streams } from './output.ts';
import { endGroupCommand, errorCommand } from './workflow-log.ts';
import { wrap } from './wrap.ts';

/**
 * Prints cause and remedy as one line to standard error; with `json` also as a document to standard output.
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
