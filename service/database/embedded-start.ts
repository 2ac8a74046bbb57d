import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartError } from '../runtime/start-error.ts';
import { freeBytes, megabyte, reserve } from './disk-space.ts';
import { unusableFolder } from './folder-lock.ts';
import { outageOf } from './outage.ts';

/** The major version of the PostgreSQL in PGlite, as the file PG_VERSION of its folder has it. */
export const postgresMajorVersion = '18';

/** Bytes that a new database takes with all of its tables. */
const newDatabase = 64 * megabyte;

/** The folder of the database within the data folder. */
export const databasePath = (folder: string) => join(folder, 'postgres');

const sentence = (folder: string, why: string, remedy: string, cause?: unknown) =>
  new StartError(`LEYENDA_DATA_DIR: the embedded database in ${resolve(folder)} cannot be opened because ${why}: ${remedy}.`, { cause });

const damaged = (folder: string, path: string, why: string, cause?: unknown) =>
  sentence(folder, why, `restore a backup of it, or move ${resolve(path)} away to start with an empty database`, cause);

/** Text of PG_VERSION; undefined where there is none. */
async function versionOf(folder: string, path: string): Promise<string | undefined> {
  try {
    return (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusableFolder(folder, error);
  }
}

/** Whether there is a database, or a file of its name: an empty folder is none. */
export const databaseExists = (path: string) => existsSync(path) && !(statSync(path).isDirectory() && readdirSync(path).length === 0);

/**
 * Checks what can be known of the database of a data folder before it is opened: PGlite would make a new one
 * over files that it does not recognise, and never return where its disk is full.
 * @throws {StartError} if it cannot be opened
 */
export async function checkDataFolder(folder: string): Promise<void> {
  const path = databasePath(folder);
  const isThere = databaseExists(path);
  if (isThere) {
    if (!(await stat(path)).isDirectory()) throw damaged(folder, path, `${resolve(path)} is a file`);
    const version = await versionOf(folder, path);
    if (version === undefined || !/^\d+$/.test(version)) throw damaged(folder, path, 'its file PG_VERSION is missing or damaged');
    if (version !== postgresMajorVersion) {
      const remedy = `start the release that wrote it, or move ${resolve(path)} away to start with an empty database`;
      throw sentence(folder, `PostgreSQL ${version} wrote it and this release has PostgreSQL ${postgresMajorVersion}`, remedy);
    }
  }
  const needed = reserve.statement + (isThere ? 0 : newDatabase);
  const free = freeBytes(isThere ? path : folder);
  if (free >= needed) return;
  const [has, needs] = [free, needed].map((bytes) => Math.floor(bytes / megabyte));
  throw sentence(
    folder,
    `its disk is full: ${has} MB are free and ${needs} MB are needed`,
    'free space, or set LEYENDA_DATA_DIR to another folder',
  );
}

/** What to print when it could not be opened, whatever PGlite threw. */
export function toStartError(folder: string, error: unknown): StartError {
  if (error instanceof StartError) return error;
  const outage = outageOf(error);
  if (outage !== undefined) return sentence(folder, outage.cause, outage.remedy, error);
  return damaged(folder, databasePath(folder), 'its files are damaged, or another release wrote them', error);
}
