import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { product } from '../../contract/product.ts';
import { isSecret, settingNames } from '../../contract/settings.ts';
import { exportsFolder } from '../../manifests/constructs/exports-volume.ts';
import { imageUser } from '../../manifests/constructs/pod.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { at, listAt, numberAt, parseJson, textAt } from '../values/json.ts';

export interface ImageCheck {
  readonly check: string;
  readonly passed: boolean;
  /** What was found. */
  readonly detail: string;
}

/** How `docker run` starts the image: with a read-only root, and without capabilities. */
export const hardened = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

/**
 * Runs in the container: prints its user, and the paths of /app that this user owns or that others than root may change. The volume of
 * exported files is left out: only its owner may read it.
 */
const probe = `
const fs = require('node:fs');
const below = (path) => (fs.statSync(path).isDirectory() ? fs.readdirSync(path, { recursive: true }).map((name) => path + '/' + name) : []);
const entries = fs.readdirSync('/app').map((name) => '/app/' + name).filter((path) => path !== '${exportsFolder}');
const paths = ['/app', ...entries, ...entries.flatMap(below)];
const isOpen = ({ uid, mode }) => uid === process.getuid() || (mode & 0o022) !== 0;
const writable = paths.filter((path) => isOpen(fs.statSync(path)));
console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), writable }));`;

const startSeconds = 60;

/**
 * Checks an image by running it with Docker.
 * @throws {Failure} `usage` if there is no such image, `rejected` if Docker is not installed
 */
export async function checkImage(image: string, context: Pick<Context, 'env' | 'signal'>): Promise<readonly ImageCheck[]> {
  const docker = dockerProgram(context);
  return [...(await inspectImage(docker, image)), await startsReadOnly(docker, image)];
}

/** Runs docker with these arguments and returns its standard output. @throws {Failure} as `checkImage` */
export type RunDocker = (...args: readonly string[]) => Promise<string>;

export const dockerProgram =
  ({ env, signal }: Pick<Context, 'env' | 'signal'>): RunDocker =>
  async (...args) => {
    try {
      return (await promisify(execFile)('docker', [...args], { env: { ...env }, signal, maxBuffer: 2 ** 26 })).stdout;
    } catch (error) {
      if (textAt(error, 'code') === 'ENOENT')
        throw new Failure('rejected', 'the program docker is not installed', 'install Docker', { cause: error });
      throw new Failure(
        'usage',
        `docker ${args[0]} failed: ${textAt(error, 'stderr')?.trim() ?? String(error)}`,
        'check the name of the image, and pull it first',
      );
    }
  };

/** The checks that do not start the service. @throws {Failure} `usage` if there is no such image */
export async function inspectImage(docker: RunDocker, image: string): Promise<readonly ImageCheck[]> {
  const [inspected] = listAt(parseJson(`{"list":${await docker('image', 'inspect', image)}}`), 'list');
  const probed = parseJson(await docker('run', '--rm', ...hardened, '--network=none', '--entrypoint=node', image, '-e', probe));
  return judge(inspected, probed);
}

/** The checks of an image by `docker image inspect` and by the output of the probe. */
export function judge(inspected: unknown, probed: unknown): readonly ImageCheck[] {
  const labels = at(inspected, 'Config', 'Labels');
  const variables = listAt(inspected, 'Config', 'Env').map((text) => String(text).split('=')[0] ?? '');
  const secrets: readonly string[] = settingNames.filter(isSecret);
  const expected = {
    maintainer: product.maintainer,
    'org.opencontainers.image.title': product.title,
    'org.opencontainers.image.version': product.version,
    'org.opencontainers.image.licenses': product.license,
  };
  const wrong = Object.entries(expected).filter(([name, value]) => textAt(labels, name) !== value);
  const missing = ['org.opencontainers.image.source', 'org.opencontainers.image.revision'].filter((name) => !textAt(labels, name));
  const list = (values: readonly unknown[]) => values.slice(0, 3).join(', ') || 'none';
  const writable = listAt(probed, 'writable');
  const [uid, gid] = [numberAt(probed, 'uid'), numberAt(probed, 'gid')];
  const given = variables.filter((name) => secrets.includes(name));
  const healthcheck = listAt(inspected, 'Config', 'Healthcheck', 'Test');
  return [
    { check: 'runs without root', passed: uid === imageUser, detail: `uid ${uid}, gid ${gid}` },
    {
      check: 'cannot change its own code',
      passed: uid !== undefined && writable.length === 0,
      detail: `writable below /app: ${list(writable)}`,
    },
    {
      check: 'has its labels',
      passed: wrong.length + missing.length === 0,
      detail: `wrong or missing: ${list([...wrong.map(([name]) => name), ...missing])}`,
    },
    { check: 'contains no secret variable', passed: given.length === 0, detail: `secret variables: ${list(given)}` },
    { check: 'checks its health', passed: healthcheck.includes('/app/healthcheck.js'), detail: healthcheck.join(' ') || 'no HEALTHCHECK' },
  ];
}

/** Starts all roles in one container without a network and with an embedded database, and waits until its own health check passes. */
async function startsReadOnly(docker: RunDocker, image: string): Promise<ImageCheck> {
  const check = 'starts with a read-only root';
  const container = (await docker('run', '--detach', ...hardened, '--network=none', '--health-interval=1s', image)).trim();
  try {
    return { check, ...(await becomesHealthy(docker, container)) };
  } finally {
    await docker('rm', '--force', '--volumes', container);
  }
}

/** Waits until the health check of the image passes in a container. */
export async function becomesHealthy(docker: RunDocker, container: string): Promise<Pick<ImageCheck, 'passed' | 'detail'>> {
  for (let second = 1; ; second += 1) {
    const state = (await docker('inspect', '--format={{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}', container)).trim();
    if (state === 'running healthy') return { passed: true, detail: `healthy after ${second} s` };
    if (second === startSeconds || !state.startsWith('running')) return { passed: false, detail: `${state} after ${second} s` };
    await sleep(1000);
  }
}
