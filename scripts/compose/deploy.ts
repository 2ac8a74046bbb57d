import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { type Container, containersOf, unhealthyReason } from './containers.ts';
import { type Docker, dockerCompose } from './docker.ts';
import { assertHealth } from './health.ts';
import type { ComposeTarget } from './target.ts';

/** Row SC-04: how often, and how long apart, containers are looked at until all are healthy. */
export const healthPolling = { attempts: 30, everyMs: 5000 } as const;

interface Options extends Pick<Context, 'out' | 'signal' | 'env'> {
  readonly dryRun: boolean;
  readonly everyMs?: number;
}

const ps = ['ps', '--all', '--format', 'json'];
const dump = ['exec', '-T', 'postgres', 'pg_dump', '--username=captions', '--format=custom', '--compress=9', 'captions'];

/**
 * Pulls, saves the database where the target asks for it, brings the release up, waits until every container is healthy, and asks /health.
 * A dry run asks Docker what it may without changing anything, and runs none of the steps.
 * @returns the steps as command lines
 * @throws {Failure} `failed`, with how to go back; `refused` where there is no Docker
 */
export async function deployWithCompose(target: ComposeTarget, { out, signal, env, dryRun, everyMs }: Options): Promise<string[]> {
  const docker = dockerCompose(target, env, signal);
  // Compose itself must be able to read the files, and tells which secrets lack.
  await docker.run(['config', '--quiet']);
  const before = containersOf(await docker.run(ps));
  const saves = target.backup && before.some(({ service, state }) => service === 'postgres' && state === 'running');
  const file = backupFile(target.folder, new Date());
  const steps = [
    docker.line(['pull', '--quiet']),
    ...(saves ? [`${docker.line(dump)} > ${file}`] : []),
    docker.line(['up', '--detach', '--remove-orphans']),
    `${docker.line(ps)}   # up to ${healthPolling.attempts} times, every ${healthPolling.everyMs / 1000} s, until all are healthy`,
    `GET ${target.url}/health   # Host: ${target.host}; release ${target.release}`,
  ];
  if (dryRun) return steps;

  out.step(`pull ${target.image}`);
  await docker.run(['pull', '--quiet']);
  if (saves) await save(docker, file, out);
  else if (target.backup) out.line('no database runs yet: there is nothing to save');
  out.step('bring the release up');
  try {
    await docker.run(['up', '--detach', '--remove-orphans']);
    await allHealthy(docker, { out, signal, everyMs: everyMs ?? healthPolling.everyMs });
    out.step('verify: ask /health');
    await assertHealth(target);
  } catch (error) {
    throw asBad(error, target, before);
  }
  return steps;
}

/** Guide row SC-11: `%Y%m%d_%H%M%S`, here in UTC. */
function backupFile(folder: string, time: Date): string {
  const [day = '', clock = ''] = time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return join(folder, 'backups', `postgres_backup_${day}_${clock}.dump`);
}

/** A database that cannot be saved is not changed. */
async function save(docker: Docker, file: string, out: Context['out']): Promise<void> {
  out.step(`save the database to ${file}`);
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  try {
    await docker.runTo(file, dump);
    if (statSync(file).size === 0) throw new Failure('failed', 'the backup is empty', 'look at the database; nothing was changed');
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** Every container, not any one. @throws with what lacks when patience ends */
async function allHealthy(docker: Docker, { out, signal, everyMs }: Pick<Context, 'out' | 'signal'> & { everyMs: number }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const containers = containersOf(await docker.run(ps));
    const lacking = containers
      .map((one) => ({ object: one.service, reason: unhealthyReason(one) }))
      .filter(({ reason }) => reason !== undefined);
    if (containers.length > 0 && lacking.length === 0) return out.showPending();
    const waiting = lacking.map(({ object, reason = '' }) => ({ object, reason }));
    if (attempt === healthPolling.attempts)
      throw new Error(waiting.map(({ object, reason }) => `${object} ${reason}`).join(', ') || 'no container is there');
    out.showPending(...waiting);
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Names the command that goes back to what ran before. */
function asBad(error: unknown, { environment, image }: ComposeTarget, before: readonly Container[]): Failure {
  const why = error instanceof Error ? error.message : String(error);
  const former = before.find(({ service }) => service === 'api')?.image;
  const back =
    former === undefined || former === image || !former.includes('@sha256:')
      ? 'see docker compose logs'
      : `go back by: leyenda compose deploy ${environment} ${former}`;
  return new Failure('failed', `${environment} is not healthy: ${why}`, back, { cause: error });
}
