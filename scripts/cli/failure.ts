import { InvalidManifestsError } from '../../manifests/policies/invalid-manifests.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

type Outcome = Exclude<keyof typeof exitCodes, 'ok'>;

/** An error that the user can act on: what happened, and what to do about it. Ends the command with `exitCodes[outcome]`. */
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

/** Cause and remedy of any thrown value as one line, and the exit code it stands for. */
export function explain(thrown: unknown): {
  readonly line: string;
  readonly cause: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;
} {
  if (thrown instanceof InvalidManifestsError) return explainMistakes(thrown);
  const cause = singleLine(thrown instanceof Error ? thrown.message || thrown.name : String(thrown));
  const known = thrown instanceof Failure;
  const remedy = known ? thrown.remedy : 'set LEYENDA_DEBUG=1 to see where it comes from';
  return {
    line: `${cause}${cause.endsWith('?') ? '' : ';'} ${remedy}`,
    cause,
    remedy,
    exitCode: known ? thrown.exitCode : exitCodes.internal,
  };
}

/** A mistake in the sources is the user's to correct: a line each. */
function explainMistakes({ violations: mistakes }: InvalidManifestsError): ReturnType<typeof explain> {
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  const cause = mistakes.map(singleLine).join('; ');
  const remedy = 'correct manifests/environments or contract; nothing was written';
  const line = [`the manifests have ${count}; ${remedy}`, ...mistakes.map((mistake) => `  ${singleLine(mistake)}`)].join('\n');
  return { line, cause, remedy, exitCode: exitCodes.usage };
}

/** A text without its line breaks and the space around them. */
export const singleLine = (text: string): string => text.replaceAll(/\s+/g, (space) => (space.includes('\n') ? ' ' : space)).trim();
