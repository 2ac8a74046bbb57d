import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { BackupError, messageOf } from './backup-error.ts';
import type { DatabaseTarget } from './database.ts';
import { decrypt } from './encryption.ts';
import { differenceOf, type Manifest, rowsOf } from './manifest.ts';
import { setIdOf } from './set-id.ts';
import type { LocalSets, RemoteSets } from './set-store.ts';
import type { BackupSource } from './take-backup.ts';

/** A deployment into which a set is restored. */
export interface RestoreTarget extends BackupSource {
  /** Prepares a database server for a restore, on a new machine too. */
  readonly prepare?: () => Promise<void>;
  /** Stops what uses the database. */
  readonly stop: () => Promise<void>;
  /** Starts it, and waits until it reports that it is healthy. */
  readonly start: () => Promise<void>;
}

export interface RestoreOptions {
  readonly local: LocalSets;
  readonly remote: RemoteSets | undefined;
  /** Text of a file with private keys of age; not needed for sets that are not encrypted. */
  readonly identity: string | undefined;
  /** Ends a restore until the deployment is stopped: afterwards it is completed, or reverted. */
  readonly signal: AbortSignal;
  readonly step: (text: string) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  /** The former database, which is kept; undefined if there was none. */
  readonly former: string | undefined;
  readonly rows: number;
}

interface Named {
  readonly name: string;
  readonly database: Pick<DatabaseTarget, 'name'>;
}

/** Steps of a restore, for a dry run. */
export const restoreSteps = ({ database, name }: Named, id: string): string[] => [
  `check that set ${id} is complete, and the size and SHA-256 of each part`,
  `restore the dump into the new database ${newDatabaseOf(database.name, id)}; compare rows and checksums with the manifest`,
  `stop ${name}`,
  `rename ${database.name} to ${database.name}_before_…, and the new database to ${database.name}`,
  'restore exported files',
  `start ${name}, and check /health; if it is not healthy, rename both databases back`,
];

const newDatabaseOf = (database: string, id: string) => `${database}_restore_${id}`;

/**
 * Restores a set into a new database, compares it with the manifest, and only then replaces the running one, which is kept.
 * @throws {BackupError} with the running data unchanged, or in use again
 */
export async function restoreBackup(target: RestoreTarget, id: string, options: RestoreOptions): Promise<Restored> {
  const { manifest, next } = await loadSet(target, id, options);
  const { signal, step } = options;
  if (signal.aborted) {
    await target.database.drop(next);
    throw new BackupError('interrupted: the data is unchanged', 'run it again');
  }
  const former = await replaceDatabase({ ...target, unpack: () => unpackExports(target, id, options) }, next, step);
  return { manifest, former, rows: rowsOf(manifest) };
}

/**
 * Restores a set into a new database, and compares it with the manifest.
 * @returns the new database @throws {BackupError} if the set is rejected: there is no new database then
 */
export async function loadSet(
  { database, prepare }: Pick<RestoreTarget, 'database' | 'prepare'>,
  id: string,
  options: RestoreOptions,
): Promise<{ readonly manifest: Manifest; readonly next: string }> {
  const { local, remote, step } = options;
  if (!local.has(id) && remote) {
    step('download the set');
    await remote.download(local, id);
  }
  const manifest = await local.manifest(id);
  step('check the parts of the set');
  await local.verify(manifest);
  const open = (name: string) => openPart(manifest, name, options);
  // A wrong key, or damage within the encryption, is found before anything is changed.
  for (const { name } of manifest.parts.toReversed()) await readThrough(id, await open(name.replace(/\.age$/, '')));
  await prepare?.();

  const next = newDatabaseOf(database.name, id);
  step(`restore the dump into ${next}, and compare it with the manifest`);
  await database.drop(next);
  try {
    const difference = differenceOf(manifest.tables, await database.load(next, await open(database.part)));
    if (difference !== undefined) throw new BackupError(`set ${id} is rejected: ${difference}`, 'restore another set');
  } catch (error) {
    await database.drop(next);
    throw error instanceof BackupError
      ? error
      : new BackupError(`set ${id} is rejected: ${messageOf(error)}`, 'restore another set', { cause: error });
  }
  return { manifest, next };
}

/** Adds the exported files of a set. */
export async function unpackExports({ exports }: Pick<RestoreTarget, 'exports'>, id: string, options: RestoreOptions): Promise<void> {
  await exports.unpack(await openPart(await options.local.manifest(id), 'exports.tar.gz', options));
}

async function openPart({ id, parts, recipient }: Manifest, name: string, { local, identity }: RestoreOptions): Promise<Readable> {
  const file = parts.find((part) => part.name === name || part.name === `${name}.age`)?.name;
  if (file === undefined) throw new BackupError(`set ${id} is rejected: it has no ${name}`, 'restore a set of this target');
  const content = createReadStream(local.pathOf(id, file));
  if (recipient === 'none') return content;
  if (identity === undefined) {
    content.destroy();
    throw new BackupError(`set ${id} is encrypted to ${recipient}`, 'give the file with its private key: --identity FILE');
  }
  return decrypt(content, identity);
}

async function readThrough(id: string, content: Readable): Promise<void> {
  try {
    for await (const _ of content);
  } catch (error) {
    throw new BackupError(`set ${id} is rejected: ${messageOf(error)}`, 'restore another set', { cause: error });
  }
}

/** A deployment whose database is replaced. */
export interface Replaceable extends Pick<RestoreTarget, 'name' | 'stop' | 'start'> {
  readonly database: Pick<DatabaseTarget, 'name' | 'swap' | 'drop'>;
  readonly unpack: () => Promise<void>;
}

/** Puts a new database in the place of the running one, and back if the service is not healthy with it. @returns the former database */
export async function replaceDatabase(
  { database, name, stop, start, unpack }: Replaceable,
  next: string,
  step: RestoreOptions['step'],
): Promise<string | undefined> {
  const now = new Date();
  const former = `${database.name}_before_${setIdOf(now)}_${now.getUTCMilliseconds()}`;
  step(`stop ${name}`);
  await stop();
  let isSwapped = false;
  let hadOne = false;
  try {
    step(`rename ${database.name} to ${former}, and ${next} to ${database.name}`);
    hadOne = await database.swap(next, former);
    isSwapped = true;
    step('restore exported files');
    await unpack();
    step(`start ${name}`);
    await start();
  } catch (error) {
    step(`the restored database cannot be used: ${messageOf(error)}`);
    if (isSwapped && hadOne) {
      await stop();
      await database.swap(former, next);
      await database.drop(next);
    }
    if (!isSwapped) await database.drop(next);
    if (hadOne || !isSwapped) await start();
    throw new BackupError(
      `the restore failed: ${messageOf(error)}`,
      hadOne ? `${database.name} is the former database again` : 'correct that, then run it again',
      { cause: error },
    );
  }
  return hadOne ? former : undefined;
}
