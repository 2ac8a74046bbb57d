import { BackupError, messageOf } from '../../service/backup/backup-error.ts';
import { StorageError } from '../../service/objects/errors.ts';
import { Failure } from '../cli/failure.ts';

/** The failure for an error that is expected; any other error as it is. */
export function failureOf(error: unknown, outcome: 'failed' | 'usage'): unknown {
  const failure = (remedy: string) => new Failure(outcome, messageOf(error), remedy, { cause: error });
  if (error instanceof BackupError) return failure(error.remedy);
  if (error instanceof StorageError) return failure('check the bucket and the variables S3_*, then run it again');
  // Of the operating system, such as ENOENT and ENOSPC.
  if (Error.isError(error) && 'syscall' in error) return failure('check that path and its variable, then run it again');
  return error;
}

/** Runs an action of a backup. @throws {Failure} `failed` with the reason and the remedy of its error */
export async function withFailures<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failureOf(error, 'failed');
  }
}
