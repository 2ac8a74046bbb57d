import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StartError } from '../runtime/start-error.ts';

/** Never deleted: a lock on an unlinked file excludes nothing. */
export const lockFile = 'lock';
/** Describes the lock holder in error messages only, so a stale file is harmless. */
const holderFile = 'lock-holder.json';

const holderSchema = z.object({ pid: z.int(), host: z.string(), program: z.string(), since: z.string() });

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
const busy = 5;
const readOnly = 8;
const cannotOpen = 14;
const notADatabase = 26;

/** Causes in error messages, by the code of the system error. */
const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write to it',
  EPERM: 'this user may not write to it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its file system is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'it, or a part of its path, is a file',
  ENOENT: 'it cannot be created there',
};

const codeOf = (error: unknown) => (Error.isError(error) && 'code' in error ? String(error.code) : '');
const resultCodeOf = (error: unknown) => (Error.isError(error) && 'errcode' in error ? Number(error.errcode) : undefined);
const messageOf = (error: unknown) => (Error.isError(error) ? error.message : String(error));

/** The error for a data folder that cannot be written. */
export function unusableFolder(folder: string, cause: unknown): StartError {
  const why = causes[codeOf(cause)] ?? messageOf(cause);
  return new StartError(
    `LEYENDA_DATA_DIR: the folder ${resolve(folder)} cannot be used because ${why}: correct that, or set LEYENDA_DATA_DIR to another folder.`,
    { cause },
  );
}

function describeHolder(folder: string): string {
  try {
    const { pid, host, program, since } = holderSchema.parse(JSON.parse(readFileSync(join(folder, holderFile), 'utf8')));
    return `process ${pid} on host ${host} (${program}, since ${since})`;
  } catch {
    return 'another process';
  }
}

/** @param program describes the holder in the error message of a second process */
function writeHolder(folder: string, program: string): void {
  const holder: z.infer<typeof holderSchema> = { pid: process.pid, host: hostname(), program, since: new Date().toISOString() };
  try {
    writeFileSync(join(folder, holderFile), `${JSON.stringify(holder)}\n`);
  } catch {
    // The lock does not depend on this file; without it the message of a second process names no holder.
  }
}

const identity = (reason: unknown) => reason;

/**
 * Creates the folder and its parents. mkdir's `recursive` reports ENOENT for a read-only file system, and never returns if the system
 * rejects a folder with ENOENT, as in /proc.
 */
async function createFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    await mkdir(path).catch((error: unknown) => {
      // Another process may have created it meanwhile.
      if (codeOf(error) !== 'EEXIST') throw unusableFolder(folder, error);
    });
  }
}

/** The error if SQLite failed for another reason than a held lock. */
async function lockError(folder: string, error: unknown): Promise<StartError> {
  const code = resultCodeOf(error);
  if (code === cannotOpen || code === readOnly) {
    // SQLite does not report the system error; opening the file again does.
    const cause = await open(join(folder, lockFile), 'a').then((file) => file.close().then(() => error), identity);
    return unusableFolder(folder, cause);
  }
  const remedy = code === notADatabase ? 'delete it' : 'set LEYENDA_DATA_DIR to a folder on a local disk';
  return new StartError(`LEYENDA_DATA_DIR: the file ${resolve(folder, lockFile)} cannot be locked (${messageOf(error)}): ${remedy}.`, {
    cause: error,
  });
}

/** Keeps held locks reachable: garbage collection closes a database and releases its lock. */
const held = new Set<DatabaseSync>();

/**
 * Locks a data folder for this process, and creates it if there is none. The lock is a kernel lock (fcntl, acquired by SQLite): it ends
 * with the process in any case, and applies to the file itself under every path; SQLite also excludes a second lock within the process.
 * Nothing else in the process may open the file: closing it would release the lock.
 * @returns a function that releases the lock
 * @throws {StartError} if another process holds it, or the folder cannot be used
 */
export async function lockFolder(folder: string, program: string): Promise<() => void> {
  await createFolder(folder);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, lockFile), { timeout: 0 });
    // The journal in memory avoids a second file. The write, never committed, makes SQLite fail on a read-only file.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1');
  } catch (error) {
    database?.close();
    if (resultCodeOf(error) !== busy) throw await lockError(folder, error);
    const holder = describeHolder(folder);
    throw new StartError(
      `LEYENDA_DATA_DIR: the folder ${resolve(folder)} is in use by ${holder}: stop it first, or set LEYENDA_DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  const locked = database;
  held.add(locked);
  writeHolder(folder, program);
  return () => {
    held.delete(locked);
    locked.close();
  };
}
