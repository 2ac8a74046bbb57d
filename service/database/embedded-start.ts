import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartError } from '../runtime/start-error.ts';
import { unusableFolder } from './folder-lock.ts';
import { outageOf } from './outage.ts';
import { freeBytes, megabyte, reserve } from './pglite/disk-space.ts';

/** Major version of the PostgreSQL in PGlite, as in its file PG_VERSION. */
export const postgresMajorVersion = '18';

/** Bytes of a new database with all tables. */
const newDatabaseBytes = 64 * megabyte;

/** The folder of the database within the data folder. */
export const databasePath = (folder: string) => join(folder, 'postgres');

const cannotOpen = (folder: string, why: string, remedy: string, cause?: unknown) =>
  new StartError(`LEYENDA_DATA_DIR: the embedded database in ${resolve(folder)} cannot be opened because ${why}: ${remedy}.`, { cause });

const damaged = (folder: string, path: string, why: string, cause?: unknown) =>
  cannotOpen(folder, why, `restore a backup of it, or move ${resolve(path)} away to start with an empty database`, cause);

/** Content of PG_VERSION; undefined if there is no such file. */
async function readVersion(folder: string, path: string): Promise<string | undefined> {
  try {
    return (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusableFolder(folder, error);
  }
}

/** Whether the path is a file or a folder with content: an empty folder is no database. */
export const databaseExists = (path: string) => existsSync(path) && !(statSync(path).isDirectory() && readdirSync(path).length === 0);

/**
 * Checks the database of a data folder before PGlite opens it: PGlite creates a new one over files that it does not recognize, and never
 * returns if its disk is full.
 * @throws {StartError} if it cannot be opened
 */
export async function checkDataFolder(folder: string): Promise<void> {
  const path = databasePath(folder);
  const exists = databaseExists(path);
  if (exists) {
    if (!(await stat(path)).isDirectory()) throw damaged(folder, path, `${resolve(path)} is a file`);
    const version = await readVersion(folder, path);
    if (version === undefined || !/^\d+$/.test(version)) throw damaged(folder, path, 'its file PG_VERSION is missing or damaged');
    if (version !== postgresMajorVersion) {
      const remedy = `start the release that wrote it, or move ${resolve(path)} away to start with an empty database`;
      throw cannotOpen(folder, `PostgreSQL ${version} wrote it and this release has PostgreSQL ${postgresMajorVersion}`, remedy);
    }
  }
  if (!exists) assertNoRestore(folder);
  const needed = reserve.statement + (exists ? 0 : newDatabaseBytes);
  const free = freeBytes(exists ? path : folder);
  if (free >= needed) return;
  const [freeMb, neededMb] = [free, needed].map((bytes) => Math.floor(bytes / megabyte));
  throw cannotOpen(
    folder,
    `its disk is full: ${freeMb} MB are free and ${neededMb} MB are needed`,
    'free space, or set LEYENDA_DATA_DIR to another folder',
  );
}

/** Folder of a set that is being restored (service/backup/restore-backup.ts). */
const restoring = /^postgres_restore_(.+)$/;

/** A restore that was killed between its renames leaves no database under the name. @throws {StartError} */
function assertNoRestore(folder: string): void {
  const [id] = readdirSync(folder).flatMap((name) => restoring.exec(name)?.[1] ?? []);
  if (id === undefined) return;
  const remedy = `run leyenda restore folder ${id} again, or move postgres_restore_${id} away to start with an empty database`;
  throw cannotOpen(folder, `the restore of set ${id} was interrupted`, remedy);
}

/** The error to print if opening failed, for any error of PGlite. */
export function toStartError(folder: string, error: unknown): StartError {
  if (error instanceof StartError) return error;
  const outage = outageOf(error);
  if (outage !== undefined) return cannotOpen(folder, outage.cause, outage.remedy, error);
  return damaged(folder, databasePath(folder), 'its files are damaged, or another release wrote them', error);
}
