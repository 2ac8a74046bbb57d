import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StartError } from '../runtime/start-error.ts';

/** Empty, and never removed: a lock on a file that has lost its name would lock nothing. */
export const lockFile = 'lock';
/** Describes the lock's holder for the error message; it decides nothing, so a stale one does no harm. */
const holderFile = 'lock-holder.json';

const holderSchema = z.object({ pid: z.int(), host: z.string(), program: z.string(), since: z.string() });

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
const busy = 5;
const readOnly = 8;
const cannotOpen = 14;
const notADatabase = 26;

/** What is wrong with a folder, by the code of the system's error. */
const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write to it',
  EPERM: 'this user may not write to it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its file system is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'it, or a part of its path, is a file',
  ENOENT: 'it cannot be made there',
};

const codeOf = (error: unknown) => (Error.isError(error) && 'code' in error ? String(error.code) : '');
const resultCodeOf = (error: unknown) => (Error.isError(error) && 'errcode' in error ? Number(error.errcode) : undefined);
const messageOf = (error: unknown) => (Error.isError(error) ? error.message : String(error));

/** @returns the sentence for a data folder that cannot be written */
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

/** @param program what the holder is, for the message to a second one */
function writeHolder(folder: string, program: string): void {
  const holder: z.infer<typeof holderSchema> = { pid: process.pid, host: hostname(), program, since: new Date().toISOString() };
  try {
    writeFileSync(join(folder, holderFile), `${JSON.stringify(holder)}\n`);
  } catch {
    // Without the file a second process is refused all the same; its message then names no holder.
  }
}

const identity = (reason: unknown) => reason;

/**
 * Makes the folder and those above it. Not by `recursive`: that reports ENOENT for a read-only file system, and never ends where
 * the system refuses a folder with ENOENT, as in /proc.
 */
async function make(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    await mkdir(path).catch((error: unknown) => {
      // Another process may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST') throw unusableFolder(folder, error);
    });
  }
}

/** Why SQLite could not lock a file that it did not find locked. */
async function whyNot(folder: string, error: unknown): Promise<StartError> {
  const code = resultCodeOf(error);
  if (code === cannotOpen || code === readOnly) {
    // SQLite does not report the system's error; opening the file again does.
    const cause = await open(join(folder, lockFile), 'a').then((file) => file.close().then(() => error), identity);
    return unusableFolder(folder, cause);
  }
  const remedy = code === notADatabase ? 'delete it' : 'set LEYENDA_DATA_DIR to a folder on a local disk';
  return new StartError(`LEYENDA_DATA_DIR: the file ${resolve(folder, lockFile)} cannot be locked (${messageOf(error)}): ${remedy}.`, {
    cause: error,
  });
}

/** A held lock must stay reachable: the garbage collector closes a database, and with it the lock. */
const held = new Set<DatabaseSync>();

/**
 * Locks a data folder, which it makes where there is none, for this process alone. The lock is the kernel's (fcntl, taken by
 * SQLite): it ends with the process however that ends, it is on the file itself whatever path leads there, and SQLite keeps a second
 * lock out within the process too. Nothing else in the process may open the file: closing it would end the lock.
 * @returns releases the lock
 * @throws {StartError} if another process holds it, or the folder cannot be used
 */
export async function lockFolder(folder: string, program: string): Promise<() => void> {
  await make(folder);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, lockFile), { timeout: 0 });
    // A journal in memory: no second file. The change is never committed; without it, a file that is read-only would not be locked.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1');
  } catch (error) {
    database?.close();
    if (resultCodeOf(error) !== busy) throw await whyNot(folder, error);
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
