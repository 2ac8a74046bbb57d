import { execFile, execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}
const maxBuffer = 2 ** 27;

/** @returns standard output @throws with standard error */
export async function run(program: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { ...options, maxBuffer });
  return stdout.trim();
}
export const docker = (...args: readonly string[]): Promise<string> => run('docker', args);

/** Part of `docker inspect` of a container. */
export interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly LogPath: string;
  readonly State: { readonly Status: string; readonly StartedAt: string; readonly Health?: { readonly Status: string } };
  readonly HostConfig: {
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
    readonly ReadonlyRootfs: boolean;
    readonly SecurityOpt: readonly string[];
    readonly CapDrop: readonly string[];
  };
}
export const inspect = async (container: string): Promise<Inspected> => JSON.parse(await docker('inspect', container))[0];

/**
 * Reads every second until the value is as wanted.
 * @throws with the last value after the time is over
 */
export async function until<Value>(
  what: string,
  read: () => Promise<Value>,
  wanted: (value: Value) => boolean,
  seconds = 120,
): Promise<Value> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(1000)) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s, last ${JSON.stringify(value)}`);
  }
}

/** Images that tests/docker/prepare built. */
export const images = {
  one: process.env.DOCKER_TEST_IMAGE_ONE ?? '',
  two: process.env.DOCKER_TEST_IMAGE_TWO ?? '',
  /** Its migration passes, and its API ends at once. */
  crash: process.env.DOCKER_TEST_IMAGE_CRASH ?? '',
};
/** The release that `leyenda compose deploy` sets. */
export const releaseOf = (image: string) => image.split('@sha256:')[1]?.slice(0, 12) ?? '';

function missing(): string | undefined {
  if (images.one === '') return 'no images: eval "$(tests/docker/prepare)"';
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    execFileSync('docker', ['info'], { stdio: 'ignore' });
  } catch {
    return 'needs Docker with Compose, and its daemon';
  }
  return undefined;
}
const reason = missing();
if (reason !== undefined) console.error(`skipped: ${reason}`);
export const withDocker = reason === undefined ? describe : describe.skip;
