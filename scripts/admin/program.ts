import * as z from 'zod';
import { Failure } from '../cli/failure.ts';

/** How the program service/admin.ts ended, wherever it ran. */
export interface ProgramResult {
  /** Not set: it was ended by a signal, or its end is not known. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const resetDocument = z.object({ user: z.string(), password: z.string().nullable(), sessions_ended: z.int() });
export type PasswordReset = z.infer<typeof resetDocument>;

/**
 * Reads what the program printed.
 * @throws {Failure} `rejected` with the reason that the program gave
 */
export function parsePasswordReset({ code, stdout, stderr }: ProgramResult): PasswordReset {
  if (code === 0) return resetDocument.parse(JSON.parse(stdout));
  const reason = stderr.trim().split('\n').at(-1)?.replace(/\.$/, '');
  throw new Failure('rejected', reason || `the program ended with exit code ${code ?? 'unknown'}`, 'no password was changed');
}
