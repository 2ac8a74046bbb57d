import type { Environment } from '../../service/backup/environment.ts';
import { hostTarget } from '../../service/backup/host.ts';
import type { RestoreTarget } from '../../service/backup/restore-backup.ts';
import { dataFolderTarget } from '../backup/data-folder.ts';
import { asUsage } from '../backup/set-up.ts';
import type { Context } from '../cli/context.ts';
import { dockerCompose } from './docker.ts';
import { composeEnvironments, composeTarget } from './target.ts';

/** What can be backed up from this machine. */
export const targetNames = ['folder', 'host', ...composeEnvironments] as const;
export type TargetName = (typeof targetNames)[number];

interface OpenTarget {
  readonly target: RestoreTarget;
  /** Those that configure the sets. */
  readonly variables: Environment;
}

/** @param url of the service on a host @throws {Failure} `usage` if files of the deployment are missing */
export async function openTarget(name: TargetName, context: Context, url?: string): Promise<OpenTarget> {
  const { env, signal } = context;
  if (name === 'folder') return { target: dataFolderTarget(env), variables: env };
  if (name === 'host') return { target: asUsage(() => hostTarget(env, { name, url, signal })), variables: env };
  const { composeBackupTarget, composeVariables } = await import('./backup-target.ts');
  const deployment = composeTarget({ environment: name, version: 'pinned', folder: process.cwd() });
  const docker = dockerCompose(deployment, env, signal);
  return { target: composeBackupTarget(deployment, docker, context), variables: composeVariables(deployment, env) };
}
