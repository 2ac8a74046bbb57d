import { BackupError } from '../../service/backup/backup-error.ts';
import { bucketOf, type Environment, parseBackupVariables, recipientOf } from '../../service/backup/environment.ts';
import { localSets, remoteSets } from '../../service/backup/set-store.ts';
import type { BackupOptions } from '../../service/backup/take-backup.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';

type Progress = Pick<Context, 'out' | 'signal'>;

/** Where the sets of the variables are. @throws {Failure} `usage` if a variable is not valid */
export function setsOf(env: Environment, { out, signal }: Progress) {
  return asUsage(() => {
    const { folder, retention } = parseBackupVariables(env);
    const bucket = bucketOf(env);
    return {
      folder,
      local: localSets(folder),
      remote: bucket && remoteSets(bucket),
      retention,
      signal,
      step: (text: string) => out.step(text),
    };
  });
}

/** The options of a backup. @throws {Failure} `usage` if a variable is missing or not valid */
export const setUpBackup = (env: Environment, progress: Progress): BackupOptions =>
  asUsage(() => ({ ...setsOf(env, progress), recipient: recipientOf(env) }));

/** @throws {Failure} `usage` for a variable that is not valid */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof BackupError ? new Failure('usage', error.message, error.remedy, { cause: error }) : error;
  }
}
