import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { type Container, containersOf, unhealthyReason } from './containers.ts';
import { type Docker, dockerCompose } from './docker.ts';
import { assertHealth } from './health.ts';
import type { ComposeTarget } from './target.ts';

/** How often and at which interval the health of the containers is checked. */
export const healthPolling = { attempts: 30, everyMs: 5000 } as const;

interface Options extends Pick<Context, 'out' | 'signal' | 'env'> {
  readonly dryRun: boolean;
  readonly everyMs?: number;
}

const ps = ['ps', '--all', '--format', 'json'];
const dump = ['exec', '-T', 'postgres', 'pg_dump', '--username=captions', '--format=custom', '--compress=9', 'captions'];

/**
 * Pulls the images, backs up the database if the target requires it, starts the release, waits until all containers are healthy, and checks
 * /health. A dry run only reads the state of Docker.
 * @returns the steps as command lines
 * @throws {Failure} `failed`, with the command that rolls back; `rejected` if Docker is not installed
 */
export async function deployWithCompose(target: ComposeTarget, { out, signal, env, dryRun, everyMs }: Options): Promise<string[]> {
  const docker = dockerCompose(target, env, signal);
  // Compose validates the files and reports missing secrets.
  await docker.run(['config', '--quiet']);
  const before = containersOf(await docker.run(ps));
  const backsUp = target.backup && before.some(({ service, state }) => service === 'postgres' && state === 'running');
  const file = backupFile(target.folder, new Date());
  const steps = [
    docker.line(['pull', '--quiet']),
    ...(backsUp ? [`${docker.line(dump)} > ${file}`] : []),
    docker.line(['up', '--detach', '--remove-orphans']),
    `${docker.line(ps)}   # up to ${healthPolling.attempts} times, every ${healthPolling.everyMs / 1000} s, until all are healthy`,
    `GET ${target.url}/health   # Host: ${target.host}; release ${target.release}`,
  ];
  if (dryRun) return steps;

  out.step(`pull ${target.image}`);
  await docker.run(['pull', '--quiet']);
  if (backsUp) await backUp(docker, file, out);
  else if (target.backup) out.line('no database is running: there is nothing to back up');
  out.step('start the release');
  try {
    await docker.run(['up', '--detach', '--remove-orphans']);
    await allHealthy(docker, { out, signal, everyMs: everyMs ?? healthPolling.everyMs });
    out.step('verify: check /health');
    await assertHealth(target);
  } catch (error) {
    throw toFailure(error, target, before);
  }
  return steps;
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
    const unhealthy = containers
      .map((one) => ({ object: one.service, reason: unhealthyReason(one) }))
      .filter(({ reason }) => reason !== undefined);
    if (containers.length > 0 && unhealthy.length === 0) return out.showPending();
    const waiting = unhealthy.map(({ object, reason = '' }) => ({ object, reason }));
    if (attempt === healthPolling.attempts)
      throw new Error(waiting.map(({ object, reason }) => `${object} ${reason}`).join(', ') || 'there is no container');
    out.showPending(...waiting);
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The error names the command that rolls back to the previous release. */
function toFailure(error: unknown, { environment, image }: ComposeTarget, before: readonly Container[]): Failure {
  const why = error instanceof Error ? error.message : String(error);
  const former = before.find(({ service }) => service === 'api')?.image;
  const back =
    former === undefined || former === image || !former.includes('@sha256:')
      ? 'see docker compose logs'
      : `roll back with: leyenda compose deploy ${environment} ${former}`;
  return new Failure('failed', `${environment} is not healthy: ${why}`, back, { cause: error });
}
