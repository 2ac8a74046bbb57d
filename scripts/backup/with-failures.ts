import { BackupError } from '../../service/backup/backup-error.ts';
import { Failure } from '../cli/failure.ts';

/** Runs an action of a backup. @throws {Failure} `failed` with the reason and the remedy of its error */
export async function withFailures<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof BackupError ? new Failure('failed', error.message, error.remedy, { cause: error }) : error;
  }
}
