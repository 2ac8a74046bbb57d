import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { checkDataFolder, databaseExists, databasePath, toStartError } from './embedded-start.ts';
import { lockFile, lockFolder } from './folder-lock.ts';

/** Marker in the data folder while the database is created: if a process was killed meanwhile, its files are incomplete and hold no data. */
const unfinishedFile = 'unfinished';

/** Ends the process after an error from which the database cannot recover. */
type OnFatal = (error: unknown) => never;

async function openOrCreate(folder: string, onFatal: OnFatal): Promise<PGlite> {
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
  /** Opens the database with the first call. */
  readonly pglite: () => Promise<PGlite>;
  /** Call it after closing the database. */
  readonly unlock: () => void;
}

/**
 * The embedded database of a data folder, which one process can open at a time. An existing folder is locked at once; a new one is
 * created and locked with the first call of `pglite`, so a start that fails before leaves no files.
 * @param program describes this process in the error message of a second one
 * @throws {StartError} if another process holds the folder, or it cannot be used
 */
export async function openEmbeddedDatabase(folder: string, program: string, onFatal: OnFatal): Promise<EmbeddedDatabase> {
  let locking: Promise<() => void> | undefined;
  let opening: Promise<PGlite> | undefined;
  let unlock = () => {};
  const acquireLock = async () => {
    locking ??= lockFolder(folder, program);
    unlock = await locking;
  };
  if (existsSync(join(folder, lockFile))) await acquireLock();
  return {
    pglite() {
      opening ??= acquireLock().then(() => openOrCreate(folder, onFatal));
      return opening;
    },
    unlock: () => unlock(),
  };
}
