import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '../cli/failure.ts';
import type { ProgramResult } from './program.ts';

const program = join(import.meta.dirname, '../../service/admin.ts');

/**
 * Runs the program on this machine, with the database of its environment.
 * @throws {Failure} `usage` in the bundle, which does not contain the service
 */
export async function runLocally(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ProgramResult> {
  if (!existsSync(program)) {
    throw new Failure(
      'usage',
      'this build of leyenda does not contain the service',
      'run it in a checkout, with --environment, or in the image: node /app/admin.js reset-password USER',
    );
  }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['inherit', 'pipe', 'pipe'], signal });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode ?? undefined, stdout, stderr };
}
