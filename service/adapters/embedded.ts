import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { lockFile, lockFolder } from './folder-lock.ts';

/** In the data folder while its database is made: what a killed process left beside it is not whole, and nobody has written to it. */
const unfinishedFile = 'unfinished';

async function create(folder: string): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  const [path, unfinished] = [join(folder, 'postgres'), join(folder, unfinishedFile)];
  if (existsSync(unfinished)) await rm(path, { recursive: true, force: true });
  if (existsSync(path)) return PGlite.create(path);
  await writeFile(unfinished, '');
  const pglite = await PGlite.create(path);
  await rm(unfinished);
  return pglite;
}

export interface Embedded {
  /** Opens the database at its first call. */
  readonly pglite: () => Promise<PGlite>;
  /** To be called after the database is closed. */
  readonly unlock: () => void;
}

/**
 * The embedded database of a data folder, which one process may open at a time. A folder that was used before is locked at once; a new
 * one is made and locked when the database is first asked, so that a start which fails before leaves nothing behind.
 * @param program what this process is, for the error message of a second one
 * @throws {StartError} if another process holds the folder, or it cannot be used
 */
export async function openEmbeddedDatabase(folder: string, program: string): Promise<Embedded> {
  let lock: Promise<() => void> | undefined;
  let opening: Promise<PGlite> | undefined;
  let unlock = () => {};
  const locked = async () => {
    lock ??= lockFolder(folder, program);
    unlock = await lock;
  };
  if (existsSync(join(folder, lockFile))) await locked();
  return {
    pglite() {
      opening ??= locked().then(() => create(folder));
      return opening;
    },
    unlock: () => unlock(),
  };
}
