import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { checkDataFolder, databaseExists, databasePath, toStartError } from './embedded-start.ts';
import { lockFile, lockFolder } from './folder-lock.ts';

/** In the data folder while its database is made: what a killed process left beside it is not whole, and nobody has written to it. */
const unfinishedFile = 'unfinished';

/** Ends the process; called when the database is broken so that nothing may ask it again. */
type OnFatal = (error: unknown) => never;

async function create(folder: string, onFatal: OnFatal): Promise<PGlite> {
  const { openGuardedPglite: openGuarded } = await import('./guarded-pglite.ts');
  const [path, unfinished] = [databasePath(folder), join(folder, unfinishedFile)];
  if (existsSync(unfinished)) await rm(path, { recursive: true, force: true });
  await checkDataFolder(folder);
  const isNew = !databaseExists(path);
  try {
    if (isNew) await writeFile(unfinished, '');
    const pglite = await openGuarded(path, onFatal);
    if (isNew) await rm(unfinished);
    return pglite;
  } catch (error) {
    throw toStartError(folder, error);
  }
}

export interface EmbeddedDatabase {
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
export async function openEmbeddedDatabase(folder: string, program: string, onFatal: OnFatal): Promise<EmbeddedDatabase> {
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
      opening ??= locked().then(() => create(folder, onFatal));
      return opening;
    },
    unlock: () => unlock(),
  };
}
