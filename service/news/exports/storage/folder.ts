import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StorageError, StorageFullError } from '../../../objects/errors.ts';
import { isKey } from '../../../objects/export-keys.ts';
import type { Storage } from './storage.ts';

const codeOf = (error: unknown) => (Error.isError(error) && 'code' in error ? error.code : undefined);

function toStorageError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StorageFullError(`The folder of exports is full: ${code}`, { cause: error });
  return typeof code === 'string' && /^E[A-Z]+$/.test(code)
    ? new StorageError(`The file cannot be stored: ${code}`, { cause: error })
    : error;
}

const missing = (error: unknown) => {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
};

/** After a crash of the machine, the file has its content or does not exist. */
async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Files in a folder, which all processes share. */
export function folderStorage(folder: string): Storage {
  const pathOf = (key: string) => join(folder, key);
  return {
    async write(key, content, signal) {
      const part = `${pathOf(key)}.part`;
      try {
        await mkdir(folder, { recursive: true });
        await pipeline(Readable.from(content), createWriteStream(part, { mode: 0o600 }), { signal });
        await sync(part);
        const { size } = await stat(part);
        await rename(part, pathOf(key));
        return size;
      } catch (error) {
        await rm(part, { force: true });
        throw toStorageError(error);
      }
    },
    async read(key) {
      const found = await stat(pathOf(key)).catch(missing);
      if (found === undefined) return undefined;
      async function* content() {
        yield* createReadStream(pathOf(key));
      }
      return { bytes: found.size, content: content() };
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    async *list(before) {
      for (const name of (await readdir(folder).catch(missing)) ?? []) {
        if (!isKey(name.replace(/\.part$/, ''))) continue;
        const found = await stat(pathOf(name)).catch(missing);
        if (found?.isFile() && found.mtime < before) yield name;
      }
    },
    // A file that is not complete is in the list.
    abortUploads: async () => {},
  };
}
