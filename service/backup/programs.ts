import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from './backup-error.ts';

export type Program = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts programs where the database is: on this machine, or in a container. */
export type StartProgram = (name: string, args: readonly string[]) => Program;

/** @param wrap the command line that runs a program elsewhere, such as in a container */
export const programsOf =
  (
    env: NodeJS.ProcessEnv,
    wrap: (name: string, args: readonly string[]) => readonly string[] = (name, args) => [name, ...args],
    cwd = process.cwd(),
  ): StartProgram =>
  (name, args) => {
    const [program = name, ...rest] = wrap(name, args);
    return spawn(program, rest, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  };

/** A program that was stopped because the reader of its output failed: that is the cause. */
export class BrokenPipe extends BackupError {}
/** What such a program writes if the signal does not end it: its output is always a pipe or a socket. */
const outputBroken = /could not write to output file|Cannot write: |write error: /;

/** @returns after the program ended @throws {BackupError} with what it wrote to standard error */
export function ended(name: string, program: Program): Promise<void> {
  let errors = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  // What it did not read is not lost: it ends with an error.
  program.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    program.once('error', (error) =>
      reject(new BackupError(`${name} cannot be started: ${error.message}`, `install ${name}, or check PATH`, { cause: error })),
    );
    program.once('close', (code, signal) => {
      if (code === 0) return resolve();
      if (signal === 'SIGPIPE' || outputBroken.test(errors))
        return reject(new BrokenPipe(`the output of ${name} was not read`, 'run the command again'));
      const lines = errors.trim().split('\n');
      if (/error: could not write to output file: (?:Broken pipe|Connection reset by peer)/.test(errors))
        return reject(new BrokenPipe(`the output of ${name} was not read`, 'run the command again'));
      const why = lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1);
      reject(new BackupError(`${name} failed: ${why || `exit code ${code ?? signal}`}`, 'correct that, then run the command again'));
    });
  });
}

/** Runs a program. @returns its standard output */
export async function run(start: StartProgram, name: string, args: readonly string[], input: Readable | string = ''): Promise<string> {
  const program = start(name, args);
  const done = ended(name, program);
  let output = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  if (typeof input === 'string') program.stdin.end(input);
  else {
    await pipeline(input, program.stdin).catch(async (error: unknown) => {
      // The program has ended, and its own error is the reason.
      if (Error.isError(error) && 'code' in error && error.code === 'EPIPE') return;
      program.kill();
      await done.catch(() => {});
      throw error;
    });
  }
  await done;
  return output;
}
