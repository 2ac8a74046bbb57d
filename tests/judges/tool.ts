import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from '@jest/globals';

const exec = promisify(execFile);

export interface Said {
  readonly code: number;
  readonly stdout: string;
  /** Both streams. */
  readonly text: string;
}

/** Runs a judge to its end; what it prints on either stream. @param input standard input */
export async function run(command: string, args: readonly string[], input = ''): Promise<Said> {
  // The Compose files require it.
  const options = { maxBuffer: 2 ** 28, env: { ...process.env, LEYENDA_HOST: 'api.example.com' } };
  const running = exec(command, args, options);
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, text: stdout + stderr }),
    (error: { code?: number | string; stdout?: string; stderr?: string }) => {
      if (typeof error.code !== 'number') throw error;
      const { code, stdout = '', stderr = '' } = error;
      return { code, stdout, text: stdout + stderr };
    },
  );
}

/**
 * Declares the tests of a judge where it is installed, else a skipped one that says what is missing.
 * @param probe arguments with which an installed judge exits with 0
 */
export async function withTool(command: string, declare: () => void, probe: readonly string[] = ['--help']): Promise<void> {
  const found = await exec(command, probe).then(
    () => true,
    () => false,
  );
  if (found) declare();
  else test.skip(`skipped: ${command} is not installed`, () => {});
}

/** A folder that is gone with the process. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-judges-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
