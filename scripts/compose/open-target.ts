import { hostTarget } from '../../service/backup/host.ts';
import { type Backups, ownBackups } from '../backup/backups.ts';
import { dataFolderTarget } from '../backup/data-folder.ts';
import { asUsage } from '../backup/set-up.ts';
import type { Context } from '../cli/context.ts';
import { dockerCompose } from './docker.ts';
import { composeEnvironments, composeTarget } from './target.ts';

/** The environment whose database is in its cluster without an operator. */
const clusterEnvironment = 'local';

/** What can be backed up from this machine. */
export const targetNames = ['folder', 'host', ...composeEnvironments, clusterEnvironment] as const;
export type TargetName = (typeof targetNames)[number];

interface Where {
  readonly name: TargetName;
  /** Of the service on a host. */
  readonly url?: string | undefined;
}

/** Runs `act` with the backups of a target. @throws {Failure} `usage` if files of the deployment are missing */
export async function withBackups<T>({ name, url }: Where, context: Context, act: (backups: Backups) => Promise<T>): Promise<T> {
  const { env, signal } = context;
  if (name === 'folder') return act(ownBackups(dataFolderTarget(env), env, context));
  if (name === 'host')
    return act(
      ownBackups(
        asUsage(() => hostTarget(env, { name, url, signal })),
        env,
        context,
      ),
    );
  if (name === clusterEnvironment) {
    const [{ withCluster }, { clusterBackups }, { deployments }] = await Promise.all([
      import('../connection/with-cluster.ts'),
      import('../backup/cluster-backups.ts'),
      import('../../manifests/environments/index.ts'),
    ]);
    return withCluster(name, context, (session) => act(clusterBackups(deployments[name], session, context)));
  }
  const { composeBackupTarget, composeVariables } = await import('./backup-target.ts');
  const deployment = composeTarget({ environment: name, version: 'pinned', folder: process.cwd() });
  // A restore that has stopped the deployment is not interrupted: it starts the deployment first.
  const uninterrupted = { ...context, signal: new AbortController().signal };
  const target = asUsage(() => composeBackupTarget(deployment, dockerCompose(deployment, env, uninterrupted.signal), uninterrupted));
  return act(ownBackups(target, composeVariables(deployment, env), context));
}
