import * as z from 'zod';
import { Failure } from '../cli/failure.ts';

/** Result of service/admin.ts, on this machine or in a pod. */
export interface ProgramResult {
  /** Undefined: killed by a signal, or unknown. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const resetDocument = z.object({ user: z.string(), password: z.string().nullable(), sessions_ended: z.int() });
export type PasswordReset = z.infer<typeof resetDocument>;

/**
 * Parses the output of the program.
 * @throws {Failure} `rejected` with the last line of its standard error
 */
export function parsePasswordReset({ code, stdout, stderr }: ProgramResult): PasswordReset {
  if (code === 0) return resetDocument.parse(JSON.parse(stdout));
  const reason = stderr.trim().split('\n').at(-1)?.replace(/\.$/, '');
  throw new Failure('rejected', reason || `the program ended with exit code ${code ?? 'unknown'}`, 'no password was changed');
}
