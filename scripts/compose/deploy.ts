import { takeBackup } from '../../service/backup/take-backup.ts';
import { setUpBackup } from '../backup/set-up.ts';
import { withFailures } from '../backup/with-failures.ts';
import type { Context } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { composeBackupTarget, composeVariables } from './backup-target.ts';
import { type Container, containersOf } from './containers.ts';
import { type Docker, dockerCompose } from './docker.ts';
import { healthPolling, ps, startRelease, up } from './start-release.ts';
import { type ComposeTarget, withImage } from './target.ts';

interface Options extends Pick<Context, 'out' | 'signal' | 'env'> {
  readonly dryRun: boolean;
  readonly everyMs?: number;
}

/** Images are named by digest or version, so one that is there need not be pulled again. */
const pull = ['pull', '--quiet', '--policy', 'missing'];

/** The steps of a deploy as command lines. */
const stepsOf = (target: ComposeTarget, docker: Docker): string[] => [
  docker.line(pull),
  ...(target.backup ? [`leyenda backup ${target.environment}   # unless no database is running yet`] : []),
  docker.line(up),
  `${docker.line(ps)}   # up to ${healthPolling.attempts} times, every ${healthPolling.everyMs / 1000} s, until all are healthy`,
  `GET ${target.url}/health   # Host: ${target.host}; release ${target.release}; up to ${healthPolling.requests} times`,
];

/**
 * Pulls the images, backs up the database if the target requires it, starts the release, waits until all containers are healthy, and checks
 * /health; starts the previous release again if that fails. A dry run reads files only, and needs no Docker daemon.
 * @returns the steps as command lines
 * @throws {Failure} `rolledBack`, `rollbackFailed`, or `failed` if there is no previous release by digest; `rejected` if Docker is not installed
 */
export async function deployWithCompose(target: ComposeTarget, options: Options): Promise<string[]> {
  const { out, signal, env, dryRun } = options;
  const docker = dockerCompose(target, env, signal);
  if (dryRun) {
    await validateFiles(docker, out);
    return stepsOf(target, docker);
  }
  // A missing key stops the deploy before anything is pulled.
  const save = target.backup ? backupOf(target, docker, options) : undefined;
  // Compose validates the files.
  await docker.run(['config', '--quiet']);
  const before = containersOf(await docker.run(ps));
  out.step(`pull ${target.image}`);
  await docker.run(pull);
  if (save !== undefined) {
    if (before.some(({ service, state }) => service === 'postgres' && state === 'running')) await withFailures(save);
    else out.line('no database is running: there is nothing to back up');
  }
  out.step('start the release');
  try {
    await startRelease(target, docker, options);
  } catch (error) {
    signal.throwIfAborted();
    throw await rollBack(error, target, before, options);
  }
  return stepsOf(target, docker);
}

/** The backup before the release. @throws {Failure} `usage` if no recipient is set */
function backupOf(target: ComposeTarget, docker: Docker, { out, signal, env }: Options) {
  const setup = setUpBackup(composeVariables(target, env), target.environment, { out, signal });
  return () => takeBackup(composeBackupTarget(target, docker, { out, signal, env }), setup);
}

/** Without Docker a dry run is still useful, and says what it did not check. */
async function validateFiles(docker: Docker, out: Context['out']): Promise<void> {
  try {
    await docker.run(['config', '--quiet']);
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== exitCodes.rejected) throw error;
    out.line(`${error.message}: the Compose file is not checked`);
  }
}

/** Starts the previous release again. */
async function rollBack(error: unknown, target: ComposeTarget, before: readonly Container[], options: Options): Promise<Failure> {
  const why = `${target.environment} is not healthy: ${error instanceof Error ? error.message : String(error)}`;
  const former = before.find(({ service }) => service === 'api')?.image;
  if (former === undefined || former === target.image || !former.includes('@sha256:'))
    return new Failure('failed', `${why}; there is no other release by digest to roll back to`, 'see docker compose logs', {
      cause: error,
    });
  options.out.step(`roll back to ${former}`);
  const previous = withImage(target, former);
  try {
    await startRelease(previous, dockerCompose(previous, options.env, options.signal), options);
  } catch (second) {
    const also = second instanceof Error ? second.message : String(second);
    return new Failure('rollbackFailed', `${why}; the rollback to ${former} failed: ${also}`, 'see docker compose logs', { cause: error });
  }
  return new Failure('rolledBack', `${why}; rolled back to ${former}, which is healthy`, 'fix the release, then deploy again', {
    cause: error,
  });
}
