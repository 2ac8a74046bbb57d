import { spawn } from 'node:child_process';
import { programsOf, type StartProgram } from '../../service/backup/programs.ts';
import { Failure } from '../cli/failure.ts';
import type { ComposeTarget } from './target.ts';

/** Runs `docker compose` for one target; errors contain the last line that it printed. */
export interface Docker {
  /** The command line as it is typed in a shell. */
  line(args: readonly string[]): string;
  /** @returns standard output @throws {Failure} `failed` with its error or after the timeout, `rejected` if Docker is not installed */
  run(args: readonly string[], timeoutMs?: number): Promise<string>;
  /** Programs in a running container of a service. */
  programsIn(service: string, variables?: Readonly<Record<string, string>>): StartProgram;
  /** Programs in a new container of a service, with its volumes, whether it runs or not. */
  programsOn(service: string): StartProgram;
}

export function dockerCompose(
  { composeFile, envFile, folder, image, release }: ComposeTarget,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Docker {
  const base = ['compose', '--env-file', envFile, '--file', composeFile];
  // These take precedence over the environment file.
  const given = { LEYENDA_IMAGE: image, LEYENDA_RELEASE: release };

  const execute = async (args: readonly string[], timeoutMs?: number): Promise<string> => {
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const child = spawn('docker', [...base, ...args], {
      cwd: folder,
      env: { ...env, ...given },
      signal: timeout === undefined ? signal : AbortSignal.any([signal, timeout]),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    let [stdout, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const code = await ended.catch((error: unknown) => {
      if (!timeout?.aborted) throw toFailure(error, signal);
      throw new Failure('failed', `docker compose ${args[0]} did not end within ${(timeoutMs ?? 0) / 1000} s`, 'see docker compose logs');
    });
    if (code !== 0 && withoutPlugin.test(stderr)) throw missing('the Compose plugin of docker');
    if (code !== 0 && withoutDaemon.test(stderr))
      throw new Failure('rejected', 'the Docker daemon does not answer', 'start it; nothing was changed');
    if (code !== 0)
      throw new Failure('failed', `docker compose ${args[0]} failed: ${lastLine(stderr)}`, 'fix it, then run the command again');
    return stdout;
  };
  const programs = (wrap: (name: string, args: readonly string[]) => readonly string[]) =>
    programsOf({ ...env, ...given }, (name, args) => ['docker', ...base, ...wrap(name, args)], folder);
  return {
    line: (args) => [...Object.entries(given).map(([name, value]) => `${name}=${value}`), 'docker', ...base, ...args].join(' '),
    run: (args, timeoutMs) => execute(args, timeoutMs),
    programsIn: (service, variables = {}) => {
      const environment = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      return programs((name, args) => ['exec', '-T', ...environment, service, name, ...args]);
    },
    programsOn: (service) => programs((name, args) => ['run', '--rm', '--no-deps', '-T', '--entrypoint', name, service, ...args]),
  };
}

const missing = (what: string, cause?: unknown) =>
  new Failure('rejected', `${what} is not installed`, 'install Docker with its Compose plugin', { cause });

const toFailure = (error: unknown, signal: AbortSignal): Failure =>
  signal.aborted ? new Failure('failed', 'interrupted', 'run it again') : missing('the program docker', error);

/** What docker prints if there is no daemon. */
const withoutDaemon = /cannot connect to the docker daemon|failed to connect to the docker API|error during connect/i;

/** What docker prints if it does not know the command `compose`, and takes its flags for its own. */
const withoutPlugin = /unknown flag: --env-file|'compose' is not a docker command|unknown command: docker compose/;

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
