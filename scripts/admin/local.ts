import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '../cli/failure.ts';
import type { ProgramResult } from './program.ts';

const program = join(import.meta.dirname, '../../service/admin.ts');

/**
 * Runs the program on this machine, over the database that its environment names.
 * @throws {Failure} `usage` in the bundle, which has no service beside it
 */
export async function runLocally(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ProgramResult> {
  if (!existsSync(program)) {
    throw new Failure(
      'usage',
      'this build of leyenda holds no service',
      'run it in a checkout, with --environment, or in the image: node /app/admin.js reset-password USER',
    );
  }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['inherit', 'pipe', 'pipe'], signal });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode ?? undefined, stdout, stderr };
}
