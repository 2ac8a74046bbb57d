import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { type Container, containersOf, unhealthyReason } from './containers.ts';
import { type Docker, dockerCompose } from './docker.ts';
import { assertHealth } from './health.ts';
import { type ComposeTarget, releaseOf } from './target.ts';

/** How often and at which interval the health of the containers is checked, and then /health requested. */
export const healthPolling = { attempts: 30, requests: 6, everyMs: 5000 } as const;

interface Options extends Pick<Context, 'out' | 'signal' | 'env'> {
  readonly dryRun: boolean;
  readonly everyMs?: number;
}

/** Compose waits for a container that restarts again and again, without an end. */
const startTimeoutMs = healthPolling.attempts * healthPolling.everyMs;

const ps = ['ps', '--all', '--format', 'json'];
/** Images are named by digest or version, so one that is there need not be pulled again. */
const pull = ['pull', '--quiet', '--policy', 'missing'];
const up = ['up', '--detach', '--remove-orphans'];
const dump = ['exec', '-T', 'postgres', 'pg_dump', '--username=captions', '--format=custom', '--compress=9', 'captions'];

/** The steps of a deploy as command lines. */
function stepsOf(target: ComposeTarget, docker: Docker, file: string): string[] {
  return [
    docker.line(pull),
    ...(target.backup ? [`${docker.line(dump)} > ${file}   # unless no database is running yet`] : []),
    docker.line(up),
    `${docker.line(ps)}   # up to ${healthPolling.attempts} times, every ${healthPolling.everyMs / 1000} s, until all are healthy`,
    `GET ${target.url}/health   # Host: ${target.host}; release ${target.release}; up to ${healthPolling.requests} times`,
  ];
}

/**
 * Pulls the images, backs up the database if the target requires it, starts the release, waits until all containers are healthy, and checks
 * /health; starts the previous release again if that fails. A dry run reads files only, and needs no Docker daemon.
 * @returns the steps as command lines
 * @throws {Failure} `rolledBack`, `rollbackFailed`, or `failed` if there is no previous release by digest; `rejected` if Docker is not installed
 */
export async function deployWithCompose(target: ComposeTarget, options: Options): Promise<string[]> {
  const { out, signal, env, dryRun } = options;
  const docker = dockerCompose(target, env, signal);
  const file = backupFile(target.folder, new Date());
  if (dryRun) {
    await validateFiles(docker, out);
    return stepsOf(target, docker, file);
  }
  // Compose validates the files.
  await docker.run(['config', '--quiet']);
  const before = containersOf(await docker.run(ps));
  out.step(`pull ${target.image}`);
  await docker.run(pull);
  if (target.backup) {
    if (before.some(({ service, state }) => service === 'postgres' && state === 'running')) await backUp(docker, file, out);
    else out.line('no database is running: there is nothing to back up');
  }
  out.step('start the release');
  try {
    await start(target, docker, options);
  } catch (error) {
    signal.throwIfAborted();
    throw await rollBack(error, target, before, options);
  }
  return stepsOf(target, docker, file);
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

/** @throws if a container is not healthy in time, or /health does not report the release */
async function start(target: ComposeTarget, docker: Docker, { out, signal, everyMs = healthPolling.everyMs }: Options): Promise<void> {
  try {
    await docker.run(up, startTimeoutMs);
  } catch (error) {
    const reasons = reasonsOf(containersOf(await docker.run(ps)));
    throw new Error([error instanceof Error ? error.message : String(error), reasons].filter((text) => text !== '').join(': '), {
      cause: error,
    });
  }
  await allHealthy(docker, { out, signal, everyMs });
  out.step('verify: check /health');
  await healthReported(target, { signal, everyMs });
}

/** The proxy finds the addresses of new containers after some seconds. */
async function healthReported(target: ComposeTarget, { signal, everyMs }: { signal: AbortSignal; everyMs: number }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await assertHealth(target);
    } catch (error) {
      if (attempt === healthPolling.requests) throw error;
      await sleep(everyMs, undefined, { signal });
    }
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
  const previous: ComposeTarget = { ...target, image: former, release: releaseOf(former) };
  try {
    await start(previous, dockerCompose(previous, options.env, options.signal), options);
  } catch (second) {
    const also = second instanceof Error ? second.message : String(second);
    return new Failure('rollbackFailed', `${why}; the rollback to ${former} failed: ${also}`, 'see docker compose logs', { cause: error });
  }
  return new Failure('rolledBack', `${why}; rolled back to ${former}, which is healthy`, 'fix the release, then deploy again', {
    cause: error,
  });
}

/** The time in the name is UTC. */
function backupFile(folder: string, time: Date): string {
  const [day = '', clock = ''] = time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return join(folder, 'backups', `postgres_backup_${day}_${clock}.dump`);
}

/** The deploy stops if the backup fails. */
async function backUp(docker: Docker, file: string, out: Context['out']): Promise<void> {
  out.step(`back up the database to ${file}`);
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  try {
    await docker.runTo(file, dump);
    if (statSync(file).size === 0) throw new Failure('failed', 'the backup is empty', 'check the database; nothing was changed');
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** @throws with the reason of each container if not all are healthy after the last check */
async function allHealthy(docker: Docker, { out, signal, everyMs }: Pick<Context, 'out' | 'signal'> & { everyMs: number }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const containers = containersOf(await docker.run(ps));
    const waiting = unhealthy(containers);
    if (containers.length > 0 && waiting.length === 0) return out.showPending();
    if (attempt === healthPolling.attempts) throw new Error(reasonsOf(containers) || 'there is no container');
    out.showPending(...waiting);
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

const unhealthy = (containers: readonly Container[]) =>
  containers.flatMap((one) => {
    const reason = unhealthyReason(one);
    return reason === undefined ? [] : [{ object: one.service, reason }];
  });

const reasonsOf = (containers: readonly Container[]): string =>
  unhealthy(containers)
    .map(({ object, reason }) => `${object} ${reason}`)
    .join(', ');
