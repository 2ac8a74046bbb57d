import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile as writeText } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { bucketFolder } from '../../contract/backup.ts';
import { product } from '../../contract/product.ts';
import type { Bucket } from '../objects/bucket.ts';
import { BackupError } from './backup-error.ts';
import { summaryOf, writeFile } from './checksum.ts';
import { bucketOf, type Environment, parseBackupVariables } from './environment.ts';
import { type Manifest, manifestName, parseManifest } from './manifest.ts';
import { interruptedBefore, type KnownSet } from './retention.ts';
import { timeOfSet } from './set-id.ts';

/** A file in a set that is being restored. */
const restoredMark = 'restored.part';
/** Folder of a download in progress: no name of a set, so that a backup does not delete it meanwhile. */
const partialOf = (id: string) => `${id}.part`;

/** The sets in a folder of this machine. */
export const localSets = (folder: string) => ({
  pathOf: (id: string, name = '') => join(folder, id, name),
  has: (id: string) => existsSync(join(folder, id, manifestName)),
  async create(id: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await mkdir(join(folder, id), { mode: 0o700 });
  },
  async list(): Promise<KnownSet[]> {
    const names = await readdir(folder).catch(() => []);
    return names.filter((id) => timeOfSet(id)).map((id) => ({ id, isComplete: existsSync(join(folder, id, manifestName)) }));
  },
  /** Deletes downloads that have not changed since a time: they were interrupted. */
  async deletePartial(before: Date): Promise<void> {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if (name.endsWith(partialOf('')) && (await stat(path)).mtime < before) await rm(path, { recursive: true });
    }
  },
  /** Keeps a set for a day, because it is being restored. */
  keep: (id: string) => writeText(join(folder, id, restoredMark), '', { mode: 0o600 }),
  async isKept(id: string, now: Date): Promise<boolean> {
    const marked = await stat(join(folder, id, restoredMark)).catch(() => undefined);
    return marked !== undefined && marked.mtime > interruptedBefore(now);
  },
  /** @throws {BackupError} if there is no such set, or it is incomplete */
  async manifest(id: string): Promise<Manifest> {
    const text = await readFile(join(folder, id, manifestName), 'utf8').catch(() => undefined);
    if (text !== undefined) return parseManifest(text, id);
    throw existsSync(join(folder, id))
      ? new BackupError(`set ${id} is rejected: it is incomplete, it has no ${manifestName}`, 'restore another set')
      : new BackupError(`there is no set ${id} in ${folder}`, `see the sets: ls ${folder}`);
  },
  /** The manifest appears under its name with all of its content. */
  async complete(manifest: Manifest, id = manifest.id): Promise<void> {
    const path = join(folder, id, manifestName);
    await writeText(`${path}.part`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
    await rename(`${path}.part`, path);
  },
  /** @throws {BackupError} if a part is missing or differs from the manifest */
  async verify({ id, parts }: Manifest): Promise<void> {
    for (const part of parts) {
      const rejected = (why: string) => new BackupError(`set ${id} is rejected: ${part.name} ${why}`, 'restore another set');
      const path = join(folder, id, part.name);
      if (!existsSync(path)) throw rejected('is missing');
      const { bytes, sha256 } = await summaryOf(path);
      if (bytes !== part.bytes) throw rejected(`has ${bytes} bytes instead of ${part.bytes}`);
      if (sha256 !== part.sha256) throw rejected('was changed: it has another SHA-256 than in the manifest');
    }
  },
  delete: (id: string) => rm(join(folder, id), { recursive: true, force: true }),
});
export type LocalSets = ReturnType<typeof localSets>;

/** The sets of a target in a bucket, which may have those of others. */
export const remoteSets = (bucket: Bucket, target: string) => {
  const folder = `${bucketFolder}${product.name}/${target}/`;
  return {
    async list(): Promise<KnownSet[]> {
      const found = new Map<string, boolean>();
      for await (const { key } of bucket.list(folder)) {
        const [id = '', name] = key.slice(folder.length).split('/');
        if (timeOfSet(id)) found.set(id, found.get(id) === true || name === manifestName);
      }
      return [...found].map(([id, isComplete]) => ({ id, isComplete }));
    },
    /** Uploads a set, the manifest last. */
    async upload(local: LocalSets, { id, parts }: Manifest, signal: AbortSignal): Promise<void> {
      for (const name of [...parts.map(({ name }) => name), manifestName]) {
        const bytes = await bucket.write(`${folder}${id}/${name}`, createReadStream(local.pathOf(id, name)), signal);
        const stored = await bucket.read(`${folder}${id}/${name}`);
        if (stored?.bytes !== bytes)
          throw new BackupError(`the bucket has ${stored?.bytes ?? 0} bytes of ${name} instead of ${bytes}`, 'run the backup again');
      }
    },
    /** Downloads a set into the folder, unless the bucket does not have it. */
    async download(local: LocalSets, id: string): Promise<void> {
      const read = (name: string) => bucket.read(`${folder}${id}/${name}`);
      const stored = await read(manifestName);
      if (stored === undefined) return;
      const chunks = [];
      for await (const chunk of stored.content) chunks.push(chunk);
      const manifest = parseManifest(Buffer.concat(chunks).toString(), id);
      const partial = partialOf(id);
      await local.delete(partial);
      await local.create(partial);
      for (const { name } of manifest.parts) {
        const part = await read(name);
        if (part === undefined) throw new BackupError(`set ${id} is rejected: the bucket has no ${name}`, 'restore another set');
        await writeFile(local.pathOf(partial, name), Readable.from(part.content, { objectMode: false }));
      }
      await local.keep(partial);
      await local.complete(manifest, partial);
      await local.delete(id);
      await rename(local.pathOf(partial), local.pathOf(id));
    },
    /** Frees the space of uploads that started before a time and did not end, as those of a backup that was killed. */
    async abortUploads(before: Date): Promise<void> {
      for await (const { key, modified, abort } of bucket.uploads()) if (key.startsWith(folder) && modified < before) await abort();
    },
    /** The manifest first: what remains after an interruption is incomplete. */
    async delete(id: string): Promise<void> {
      const prefix = `${folder}${id}/`;
      await bucket.delete(`${prefix}${manifestName}`);
      for await (const { key } of bucket.list(prefix)) await bucket.delete(key);
    },
  };
};
export type RemoteSets = ReturnType<typeof remoteSets>;

/** Where the sets of a target are, by the variables. @throws {BackupError} if a variable is not valid */
export function openSets(env: Environment, target: string) {
  const { folder, retention } = parseBackupVariables(env);
  const bucket = bucketOf(env);
  return { retention, local: localSets(join(folder, target)), remote: bucket && remoteSets(bucket, target) };
}
