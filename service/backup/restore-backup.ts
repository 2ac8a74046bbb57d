import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { product } from '../../contract/product.ts';
import { BackupError, messageOf } from './backup-error.ts';
import type { DatabaseTarget } from './database.ts';
import { decrypt } from './encryption.ts';
import { differenceOf, type Manifest, manifestName, rowsOf } from './manifest.ts';
import { setIdOf } from './set-id.ts';
import type { LocalSets, RemoteSets } from './set-store.ts';
import { type BackupSource, newDatabaseOf } from './take-backup.ts';

/** A deployment into which a set is restored. */
export interface RestoreTarget extends BackupSource {
  /** Prepares a database server for a restore, on a new machine too. */
  readonly prepare?: () => Promise<void>;
  /** Stops what uses the database; not set: it may run, and connects again. */
  readonly stop?: (() => Promise<void>) | undefined;
  /** Starts it if it was stopped, and waits until it reports that it is healthy with the database; not set: it is not known. */
  readonly start?: (() => Promise<void>) | undefined;
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

/** Steps of a restore, for a dry run. */
export const restoreSteps = (
  { database, name, stop, start }: Pick<RestoreTarget, 'name' | 'stop' | 'start'> & { readonly database: Pick<DatabaseTarget, 'name'> },
  id: string,
): string[] => [
  `check that set ${id} is complete and of ${name}, and the size and SHA-256 of each part`,
  `restore the dump into the new database ${newDatabaseOf(database.name, '…')}; compare rows and checksums with the manifest`,
  ...(stop ? [`stop ${name}`] : []),
  `rename ${database.name} to ${database.name}_before_…, and the new database to ${database.name}`,
  'restore exported files',
  ...(start ? [`${stop ? 'start' : 'check'} ${name}; if it is not healthy with the database, rename both databases back`] : []),
];

/**
 * Restores a set into a new database, compares it with the manifest, and only then replaces the running one, which is kept.
 * @throws {BackupError} with the running data unchanged, or in use again
 */
export async function restoreBackup(target: RestoreTarget, id: string, options: RestoreOptions): Promise<Restored> {
  const { manifest, next } = await loadSet(target, id, options);
  const former = await replaceDatabase({ ...target, unpack: () => unpackExports(target, id, options) }, next, options.step);
  return { manifest, former, rows: rowsOf(manifest) };
}

/**
 * Restores a set into a new database, and compares it with the manifest.
 * @returns the new database @throws {BackupError} if the set is rejected: there is no new database then
 */
export async function loadSet(
  { name, database, prepare }: Pick<RestoreTarget, 'name' | 'database' | 'prepare'>,
  id: string,
  options: RestoreOptions,
): Promise<{ readonly manifest: Manifest; readonly next: string }> {
  const { local, remote, signal, step } = options;
  if (!local.has(id) && remote) {
    step('download the set');
    await remote.download(local, id);
  }
  const manifest = await local.manifest(id);
  rejectOthers(manifest, name);
  // A folder that cannot be written to has no backups that delete sets either.
  await local.keep(id).catch(() => {});
  step('check the parts of the set');
  await local.verify(manifest);
  const open = (part: string) => openPart(manifest, part, options);
  // A wrong key, or damage within the encryption, is found before anything is changed.
  for (const part of manifest.parts.toReversed()) await readThrough(id, await open(part.name.replace(/\.age$/, '')));
  await prepare?.();

  const next = newDatabaseOf(database.name, setIdOf(new Date()));
  step(`restore the dump into ${next}, and compare it with the manifest`);
  await database.drop(next);
  try {
    const difference = differenceOf(manifest.tables, await database.load(next, await open(database.part)));
    if (difference !== undefined) throw new BackupError(`set ${id} is rejected: ${difference}`, 'restore another set');
    if (signal.aborted) throw new BackupError('interrupted: the data is unchanged', 'run it again');
  } catch (error) {
    await database.drop(next).catch((second: unknown) => step(`the database ${next} cannot be dropped: ${messageOf(second)}`));
    throw error instanceof BackupError
      ? error
      : new BackupError(`set ${id} is rejected: ${messageOf(error)}`, 'restore another set', { cause: error });
  }
  return { manifest, next };
}

/** @throws {BackupError} if the set is of another product or target */
function rejectOthers({ id, target, product: name }: Manifest, expected: string): void {
  if (name !== product.name)
    throw new BackupError(`set ${id} is rejected: it is of the product ${name}`, `restore a set of ${product.name}`);
  if (target !== expected)
    throw new BackupError(
      `set ${id} is rejected: it is of ${target}, not of ${expected}`,
      `restore a set of ${expected}, or change target in the ${manifestName} of a copy`,
    );
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
  readonly database: Pick<DatabaseTarget, 'name' | 'swap' | 'drop' | 'list'>;
  readonly unpack: () => Promise<void>;
}

/**
 * Puts a new database in the place of the running one, and back if the service is not healthy with it.
 * @returns the former database @throws {BackupError} which names the database in use
 */
export async function replaceDatabase(target: Replaceable, next: string, step: RestoreOptions['step']): Promise<string | undefined> {
  const { database, name, stop, start, unpack } = target;
  const now = new Date();
  const former = `${database.name}_before_${setIdOf(now)}_${now.getUTCMilliseconds()}`;
  try {
    if (stop) step(`stop ${name}`);
    await stop?.();
    step(`rename ${database.name} to ${former}, and ${next} to ${database.name}`);
    const hadOne = await database.swap(next, former);
    step('restore exported files');
    await unpack();
    if (start) step(stop ? `start ${name}` : `check ${name}`);
    await start?.();
    return hadOne ? former : undefined;
  } catch (error) {
    step(`the restored database cannot be used: ${messageOf(error)}`);
    throw await revert(target, { next, former }, error);
  }
}

/** Tries each step even if another one fails. The server knows whether the databases were renamed: its answer may have been lost. */
async function revert(
  { database, name, stop, start }: Replaceable,
  { next, former }: { readonly next: string; readonly former: string },
  cause: unknown,
): Promise<BackupError> {
  const problems = [messageOf(cause)];
  async function attempt<T>(action: (() => Promise<T>) | undefined): Promise<T | undefined> {
    return action?.().catch((error: unknown) => void problems.push(messageOf(error)));
  }
  /** Which database has the name; undefined if the server does not answer. */
  const inUse = () =>
    attempt(async (): Promise<'former' | 'restored' | 'both'> => {
      const names = await database.list();
      if (names.includes(former)) return 'both';
      return names.includes(next) ? 'former' : 'restored';
    });
  let state = await inUse();
  if (state === 'both') {
    await attempt(stop);
    await attempt(() => database.swap(former, next));
    state = await inUse();
  }
  if (state === 'former') await attempt(() => database.drop(next));
  // On a new machine the service is started by the next restore.
  const isStarted = start && state !== 'restored';
  const failures = problems.length;
  if (isStarted) await attempt(start);
  const databases = {
    former: `${database.name} is the former database`,
    restored: `${database.name} is the restored database; there was none before`,
    both: `${database.name} is the restored database, and ${former} the former one`,
    unknown: `${database.name} is the restored database if ${former} exists, otherwise the former one`,
  };
  const runs = problems.length > failures ? `${name} is not healthy` : `${name} runs`;
  const service = isStarted ? `, ${runs}` : stop ? `, ${name} is stopped` : '';
  return new BackupError(
    `the restore failed: ${[...new Set(problems)].join('; ')}; ${databases[state ?? 'unknown']}${service}`,
    'correct that, then run it again',
    { cause },
  );
}
