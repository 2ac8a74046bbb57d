import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../cli/failure.ts';
import type { ComposeTarget } from './target.ts';

/** Runs `docker compose` for one target; errors contain the last line that it printed. */
export interface Docker {
  /** The command line as it is typed in a shell. */
  line(args: readonly string[]): string;
  /** @returns standard output @throws {Failure} `failed` with its error, `rejected` if Docker is not installed */
  run(args: readonly string[]): Promise<string>;
  /** Writes standard output to a file that only its owner may read. */
  runTo(file: string, args: readonly string[]): Promise<void>;
}

export function dockerCompose(
  { composeFile, envFile, folder, image, release }: ComposeTarget,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Docker {
  const base = ['compose', '--env-file', envFile, '--file', composeFile];
  // These take precedence over the environment file.
  const given = { LEYENDA_IMAGE: image, LEYENDA_RELEASE: release };

  const execute = async (args: readonly string[], file?: string): Promise<string> => {
    const child = spawn('docker', [...base, ...args], {
      cwd: folder,
      env: { ...env, ...given },
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    let [stdout, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    const written = file === undefined ? undefined : pipeline(child.stdout, createWriteStream(file, { mode: 0o600, flags: 'wx' }));
    if (file === undefined) {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
    }
    const [code] = await Promise.all([ended.catch((error: unknown) => toFailure(error, signal)), written]);
    if (code !== 0)
      throw new Failure('failed', `docker compose ${args[0]} failed: ${lastLine(stderr)}`, 'fix it, then run the command again');
    return stdout;
  };
  return {
    line: (args) => [...Object.entries(given).map(([name, value]) => `${name}=${value}`), 'docker', ...base, ...args].join(' '),
    run: (args) => execute(args),
    runTo: async (file, args) => void (await execute(args, file)),
  };
}

function toFailure(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw new Failure('failed', 'interrupted', 'run it again');
  throw new Failure('rejected', 'the program docker is not installed', 'install Docker with its Compose plugin', { cause: error });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
