import { InvalidManifestsError } from '../../manifests/policies/invalid-manifests.ts';
import { type ExitCode, type ExitName, exitCodes } from './exit-codes.ts';

type Outcome = Exclude<ExitName, 'ok'>;

/** An error that the user can act on, with its cause and its fix. Ends the command with `exitCodes[outcome]`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly remedy: string;
  constructor(outcome: Outcome, cause: string, remedy: string, options?: ErrorOptions) {
    super(cause, options);
    this.exitCode = exitCodes[outcome];
    this.remedy = remedy;
  }
}

/** Explains a thrown value: cause and remedy, both as one line, and the exit code. */
export function explain(thrown: unknown): {
  readonly line: string;
  readonly cause: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;
} {
  if (thrown instanceof InvalidManifestsError) return explainViolations(thrown);
  const cause = singleLine(thrown instanceof Error ? thrown.message || thrown.name : String(thrown));
  const known = thrown instanceof Failure;
  const remedy = known ? thrown.remedy : 'set LEYENDA_DEBUG=1 for the stack trace';
  return {
    line: `${cause}${cause.endsWith('?') ? '' : ';'} ${remedy}`,
    cause,
    remedy,
    exitCode: known ? thrown.exitCode : exitCodes.internal,
  };
}

/** Lists the mistakes in the sources, one line each. */
function explainViolations({ violations }: InvalidManifestsError): ReturnType<typeof explain> {
  const count = violations.length === 1 ? '1 mistake' : `${violations.length} mistakes`;
  const cause = violations.map(singleLine).join('; ');
  const remedy = 'fix manifests/environments or contract; nothing was written';
  const line = [`the manifests have ${count}; ${remedy}`, ...violations.map((violation) => `  ${singleLine(violation)}`)].join('\n');
  return { line, cause, remedy, exitCode: exitCodes.usage };
}

/** Replaces each line break, with the white space around it, by a space. */
export const singleLine = (text: string): string => text.replaceAll(/\s+/g, (space) => (space.includes('\n') ? ' ' : space)).trim();
