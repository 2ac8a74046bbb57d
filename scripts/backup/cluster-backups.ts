import { localDatabase } from '../../manifests/constructs/local-database.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { BackupError } from '../../service/backup/backup-error.ts';
import { manifestSchema, rowsOf } from '../../service/backup/manifest.ts';
import { replaceDatabase, restoreSteps } from '../../service/backup/restore-backup.ts';
import { backupSteps } from '../../service/backup/take-backup.ts';
import { actorOf } from '../cli/actor.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { Deadline } from '../cluster/clock.ts';
import { acquireDeployLock, withDeployLock } from '../rollout/record/deploy-lock.ts';
import { lastGood, type ReleaseRecord, readHistory } from '../rollout/record/release-history.ts';
import { waitForHealth } from '../rollout/status/release-health.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { smokeExpectation } from '../rollout/verify/smoke-expectation.ts';
import { listAt, textAt } from '../values/json.ts';
import { runBackupJob } from './backup-job.ts';
import type { Backups } from './backups.ts';
import { startRoles, stopRoles } from './stopped-roles.ts';

const healthSeconds = 300;

/** The release must be healthy again. @throws {BackupError} */
async function waitForRelease(session: RolloutContext, release: ReleaseRecord): Promise<void> {
  const deadline = new Deadline(session.cluster.clock, healthSeconds);
  const { problems } = await waitForHealth(session, release, deadline);
  const expected = smokeExpectation(release.charts, session.namespace);
  const { failures } = await session.smoke(expected, { settleSeconds: healthSeconds, deadline }, session.signal);
  const reasons = [...problems, ...failures];
  if (reasons.length > 0) throw new BackupError(`the release is not healthy: ${reasons.join('; ')}`, 'docs/runbooks/down.md');
}

/** The PostgreSQL of an environment in the cluster of KUBECONFIG. @throws {Failure} `usage` if the environment declares no such backups */
export function clusterBackups(environment: Environment, session: RolloutContext, { env }: Pick<Context, 'env'>): Backups {
  const { names, namespace, database: declared } = environment;
  if (declared.kind !== 'stateful-set' || declared.backups === undefined) {
    throw new Failure(
      'usage',
      `${environment.name} has no backups of leyenda`,
      'an operator or a provider restores its database: docs/backup.md',
    );
  }
  const { keep, recipient } = declared.backups;
  const { out } = session;
  const named = { name: environment.name, database: { name: localDatabase.database } };
  const deployFirst = (what: string) => new Failure('rejected', `there is no ${what}`, `leyenda deploy ${environment.name}`);
  async function program(context: RolloutContext) {
    const ref = { apiVersion: 'batch/v1', kind: 'CronJob', namespace, name: names.backup };
    const cronJob = await context.cluster.get(ref);
    if (cronJob === undefined) throw deployFirst(`CronJob/${names.backup}`);
    return (args: readonly string[], identity?: string) => runBackupJob(context, cronJob, { args, identity });
  }
  /** Between stop and start nothing but the loss of the lock ends it. */
  const uninterrupted = { ...session, signal: new AbortController().signal };

  async function replace(context: RolloutContext, id: string, next: string, identity: string | undefined): Promise<string | undefined> {
    const run = await program(context);
    const release = lastGood(await readHistory(context.cluster, namespace));
    if (release === undefined) throw deployFirst('good release');
    return replaceDatabase(
      {
        name: environment.name,
        stop: () => stopRoles(context, release.charts),
        async start() {
          await startRoles(context, release.charts);
          await waitForRelease(context, release);
        },
        database: {
          name: localDatabase.database,
          swap: async (to, former) => (await run(['swap', to, former])).hadOne === true,
          list: async () => listAt(await run(['list']), 'databases').map(String),
          drop: async (name) => void (await run(['drop', name])),
        },
        unpack: async () => void (await run(['unpack', id], identity)),
      },
      next,
      (text) => out.step(text),
    );
  }

  return {
    backupSteps: () => [
      `create a Job from CronJob/${names.backup}, which takes these steps`,
      ...backupSteps(named, { remote: environment.config.S3_BUCKET, recipient, retention: { days: 0, sets: keep } }),
    ],
    async backUp() {
      const run = await program(session);
      const manifest = manifestSchema.parse((await run(['backup'])).manifest);
      return { set: `${names.backup}:/${environment.name}/${manifest.id}`, manifest };
    },
    restoreSteps: (id) => restoreSteps({ ...named, stop: async () => {}, start: async () => {} }, id),
    async restore(id, identity = env.BACKUP_IDENTITY) {
      const lock = await acquireDeployLock(session, actorOf(env));
      try {
        const run = await program(withDeployLock(session, lock));
        const loaded = await run(['load', id], identity);
        const next = textAt(loaded, 'next') ?? '';
        if (session.signal.aborted) await (await program(withDeployLock(uninterrupted, lock)))(['drop', next]);
        session.signal.throwIfAborted();
        const former = await replace(withDeployLock(uninterrupted, lock), id, next, identity);
        return { former, rows: rowsOf(manifestSchema.parse(loaded.manifest)) };
      } finally {
        await lock.release();
      }
    },
  };
}
