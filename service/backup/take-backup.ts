import { rm } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { product } from '../../contract/product.ts';
import { BackupError, messageOf } from './backup-error.ts';
import { writeFile } from './checksum.ts';
import type { DatabaseTarget } from './database.ts';
import { encrypt } from './encryption.ts';
import { type FileTarget, packTexts } from './files.ts';
import { differenceOf, type Manifest, type Part } from './manifest.ts';
import { BrokenPipe } from './programs.ts';
import { expiredSets, interruptedBefore, type Retention } from './retention.ts';
import { setIdOf, timeOfSet } from './set-id.ts';
import type { LocalSets, RemoteSets } from './set-store.ts';
import { tee } from './tee.ts';

/** What a set is made from. */
export interface BackupSource {
  /** `host`, or the name of a deployment. */
  readonly name: string;
  readonly database: DatabaseTarget;
  readonly exports: FileTarget;
  /** Files without secrets, by name. */
  readonly configuration: () => Readonly<Record<string, string>>;
}

export interface BackupOptions {
  readonly local: LocalSets;
  readonly remote: RemoteSets | undefined;
  /** Of age, or `none`. */
  readonly recipient: string;
  readonly retention: Retention;
  readonly signal: AbortSignal;
  /** Reports each step. */
  readonly step: (text: string) => void;
}

/** Name of the database into which a restore loads a set. @param time when it started, as the name of a set */
export const newDatabaseOf = (database: string, time: string) => `${database}_restore_${time}`;

/** Name of the database into which the dump of a set is restored for its verification. */
const scratchOf = (database: string, id: string) => `${database}_check_${id}`;

/** What a backup does, for a dry run. */
export const backupSteps = (
  { database, name }: { readonly name: string; readonly database: Pick<DatabaseTarget, 'name'> },
  { remote, retention, recipient }: Pick<BackupOptions, 'retention' | 'recipient'> & { readonly remote: unknown },
): string[] => [
  `dump the database ${database.name} of ${name} in one snapshot, and count the rows of each table in it`,
  `restore the dump into a scratch database while it is written; compare rows and checksums; drop the scratch database`,
  'archive exported files and the configuration without secrets',
  recipient === 'none' ? 'write the parts without encryption' : `encrypt each part to ${recipient}`,
  'write manifest.json last',
  ...(remote ? ['upload the set'] : []),
  `delete sets older than ${retention.days} days, but never the newest ${retention.sets}${remote ? '; the same in the bucket' : ''}`,
  'store the time of the success in the database',
];

/**
 * Makes a set and verifies it by restoring it into a scratch database; then uploads it and deletes expired sets.
 * @returns its manifest @throws {BackupError} if it is not verified; there is no set then
 */
export async function takeBackup(source: BackupSource, options: BackupOptions): Promise<Manifest> {
  const { local, remote, retention, signal, step } = options;
  const startedAt = new Date();
  const id = setIdOf(startedAt);
  await deleteInterrupted(source.database, options, startedAt);
  await local.create(id);
  let manifest: Manifest;
  try {
    manifest = await writeSet(source, options, { id, startedAt });
  } catch (error) {
    await local.delete(id);
    throw error;
  }
  const deleteExpired = async (where: string, side: Pick<LocalSets, 'list' | 'delete'> & Partial<Pick<LocalSets, 'isKept'>>) => {
    for (const old of expiredSets(await side.list(), retention, startedAt)) {
      if (await side.isKept?.(old, startedAt)) continue;
      step(`delete set ${old} ${where}`);
      await side.delete(old);
    }
  };
  try {
    if (remote) {
      step('upload the set');
      await remote.upload(local, manifest, signal);
    }
    await source.database.record(
      id,
      manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  } finally {
    // A bucket that is down must not fill the disk.
    await deleteExpired('here', local);
  }
  if (remote) {
    await deleteExpired('in the bucket', remote);
    await remote.abortUploads(interruptedBefore(startedAt));
  }
  return manifest;
}

/** Deletes what backups and restores that were killed left: sets without a manifest, and databases next to the one in use. */
async function deleteInterrupted(database: DatabaseTarget, { local, step }: BackupOptions, now: Date): Promise<void> {
  const interrupted = (await local.list()).filter(({ isComplete }) => !isComplete);
  for (const id of expiredSets(interrupted, { days: 0, sets: 1 }, now)) await local.delete(id);
  await local.deletePartial(interruptedBefore(now));
  const prefixes = [scratchOf(database.name, ''), newDatabaseOf(database.name, '')];
  for (const name of await database.list()) {
    const prefix = prefixes.find((each) => name.startsWith(each));
    const time = prefix === undefined ? undefined : timeOfSet(name.slice(prefix.length));
    if (time !== undefined && time < interruptedBefore(now)) await dropScratch(database, name, step);
  }
}

/** An error does not fail the backup: the next one drops the database. */
async function dropScratch(database: DatabaseTarget, name: string, step: BackupOptions['step']): Promise<void> {
  await database.drop(name).catch((error: unknown) => step(`the database ${name} cannot be dropped: ${messageOf(error)}`));
}

async function writeSet(
  source: BackupSource,
  { local, recipient, step, signal }: BackupOptions,
  set: { id: string; startedAt: Date },
): Promise<Manifest> {
  const { database, exports, configuration } = source;
  const { id, startedAt } = set;
  const nameOf = (name: string) => (recipient === 'none' ? name : `${name}.age`);
  const store = async (name: string, content: Readable): Promise<Part> => {
    const file = nameOf(name);
    return { name: file, ...(await writeFile(local.pathOf(id, file), await encrypt(content, recipient))) };
  };
  const version = await database.version();

  step(`dump and verify the database ${database.name}`);
  const { dumped, tables, snapshotAt } = await dumpVerified(database, scratchOf(database.name, id), { store, step });
  signal.throwIfAborted();

  step('archive exported files and the configuration');
  const exported = await retried(async () => {
    await rm(local.pathOf(id, nameOf('exports.tar.gz')), { force: true });
    return store('exports.tar.gz', await exports.pack());
  });
  const configured = await store('configuration.tar.gz', packTexts(configuration()));
  signal.throwIfAborted();
  const manifest: Manifest = {
    format: 1,
    id,
    target: source.name,
    product: product.name,
    version: product.version,
    database: version,
    recipient,
    started_at: startedAt.toISOString(),
    snapshot_at: snapshotAt.toISOString(),
    completed_at: new Date().toISOString(),
    parts: [dumped, exported, configured],
    tables: [...tables],
  };
  await local.verify(manifest);
  await local.complete(manifest);
  return manifest;
}

/** Writes the dump, and restores the same bytes into a scratch database meanwhile: they are on no disk without encryption. */
async function dumpVerified(
  database: DatabaseTarget,
  scratch: string,
  { store, step }: Pick<BackupOptions, 'step'> & { readonly store: (name: string, content: Readable) => Promise<Part> },
) {
  try {
    const { content, tables, snapshotAt, done } = await database.dump();
    const use = <T>(reader: (sink: Readable) => Promise<T>) => {
      const sink = new PassThrough().on('error', () => {});
      return { sink, result: reader(sink).finally(() => sink.destroy()) };
    };
    const [stored, restored] = [use((sink) => store(database.part, sink)), use((sink) => database.load(scratch, sink))];
    await allOrCause([done, restored.result, stored.result, tee(content, [stored.sink, restored.sink])]);
    const difference = differenceOf(await tables, await restored.result);
    if (difference !== undefined) {
      throw new BackupError(
        `the restored dump differs from the database: ${difference}`,
        'check the disk and the memory of the machine; no set was made',
      );
    }
    return { dumped: await stored.result, tables: await tables, snapshotAt };
  } finally {
    await dropScratch(database, scratch, step);
  }
}

/** Waits for all. @throws {BackupError} the first cause: a program that failed explains the streams that broke */
async function allOrCause(promises: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const causes = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (causes.length === 0) return;
  const cause = causes.find((each) => !(each instanceof BrokenPipe)) ?? causes[0];
  throw cause instanceof BackupError ? cause : new BackupError(`the dump failed: ${messageOf(cause)}`, 'run the backup again', { cause });
}

/** Repeats the archive if it fails, because an exported file may expire meanwhile. */
async function retried<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
