import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import { packTar, type TarSource, unpackTar } from 'modern-tar/fs';
import type { Bucket } from '../objects/bucket.ts';
import { isKey } from '../objects/export-keys.ts';

/** Exported files, which a set has in one part. */
export interface FileTarget {
  /** A tar archive, compressed with gzip. It fails if a file expires meanwhile. */
  pack(): Promise<Readable>;
  /** Adds the files of an archive; those that exist stay, or are replaced by the same content. */
  unpack(archive: Readable): Promise<void>;
}

function compressed(sources: readonly TarSource[]): Readable {
  const [archive, gzip] = [packTar(sources), createGzip()];
  archive.once('error', (error) => gzip.destroy(error));
  return archive.pipe(gzip);
}

/** Small texts by name. */
export const packTexts = (texts: Readonly<Record<string, string>>): Readable =>
  compressed(Object.entries(texts).map(([target, content]) => ({ type: 'content', target, content, mode: 0o600 })));

/** Opens the content with the first read, so that not all files are open at once. */
const lazy = (open: () => AsyncIterable<Uint8Array>): Readable =>
  Readable.from(
    (async function* () {
      yield* open();
    })(),
    { objectMode: false },
  );

/** A file of an archive. modern-tar rejects a stream of no bytes. */
const sourceOf = (file: { target: string; size: number; mtime: Date; mode: number }, open: () => AsyncIterable<Uint8Array>): TarSource =>
  file.size === 0 ? { ...file, type: 'content', content: '' } : { ...file, type: 'stream', content: lazy(open) };

/** Files in a folder. One that is being written ends in `.part`. */
export const folderFiles = (folder: string): FileTarget => ({
  async pack() {
    const entries = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
    const sources: TarSource[] = [];
    for (const { name, parentPath } of entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))) {
      const path = join(parentPath, name);
      const { size, mtime, mode } = await stat(path);
      sources.push(sourceOf({ target: relative(folder, path), size, mtime, mode: mode & 0o777 }, () => createReadStream(path)));
    }
    return compressed(sources);
  },
  async unpack(archive) {
    await mkdir(folder, { recursive: true });
    await pipeline(archive, createGunzip(), unpackTar(folder));
  },
});

/** Exported files in a bucket, which may have the sets and files of others too. */
export const bucketFiles = (bucket: Bucket, signal: AbortSignal): FileTarget => ({
  async pack() {
    const sources: TarSource[] = [];
    for await (const { key, modified } of bucket.list()) {
      const stored = isKey(key) ? await bucket.read(key) : undefined;
      if (stored) sources.push(sourceOf({ target: key, size: stored.bytes, mtime: modified, mode: 0o600 }, () => stored.content));
    }
    return compressed(sources);
  },
  async unpack(archive) {
    const decoder = createTarDecoder({ strict: true });
    const decoded = pipeline(archive, createGunzip(), Writable.fromWeb(decoder.writable));
    // A write that fails ends the loop: its error is the cause, and not that of the decoder that it stops.
    decoded.catch(() => {});
    for await (const { header, body } of decoder.readable) await bucket.write(header.name, body, signal);
    await decoded;
  },
});
