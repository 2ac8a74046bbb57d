import { type Environment, recipientOf } from '../../service/backup/environment.ts';
import { openSets } from '../../service/backup/set-store.ts';
import type { BackupOptions } from '../../service/backup/take-backup.ts';
import type { Context } from '../cli/context.ts';
import { failureOf } from './with-failures.ts';

type Progress = Pick<Context, 'out' | 'signal'>;

/** Where the sets of a target are, by the variables. @throws {Failure} `usage` if a variable is not valid */
export const setsOf = (env: Environment, target: string, { out, signal }: Progress) =>
  asUsage(() => ({ ...openSets(env, target), signal, step: (text: string) => out.step(text) }));

/** The options of a backup. @throws {Failure} `usage` if a variable is missing or not valid */
export const setUpBackup = (env: Environment, target: string, progress: Progress): BackupOptions =>
  asUsage(() => ({ ...setsOf(env, target, progress), recipient: recipientOf(env) }));

/** @throws {Failure} `usage` for a variable that is not valid */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw failureOf(error, 'usage');
  }
}
