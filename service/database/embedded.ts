import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { checkDataFolder, databaseExists, databasePath, toStartError } from './embedded-start.ts';
import { lockFile, lockFolder } from './folder-lock.ts';
import { type DatabaseThread, startDatabaseThread } from './pglite/database-thread.ts';
import { PortStream } from './pglite/port-stream.ts';

/** Marker in the data folder while the database is created: if a process was killed meanwhile, its files are incomplete and hold no data. */
const unfinishedFile = 'unfinished';

type OnFatal = (error: unknown) => void;

async function openOrCreate(folder: string, onFatal: OnFatal): Promise<DatabaseThread> {
  const [path, unfinished] = [databasePath(folder), join(folder, unfinishedFile)];
  if (existsSync(unfinished)) await rm(path, { recursive: true, force: true });
  await checkDataFolder(folder);
  const isNew = !databaseExists(path);
  try {
    if (isNew) await writeFile(unfinished, '');
    const thread = startDatabaseThread(onFatal);
    await thread.open(path, isNew);
    if (isNew) await rm(unfinished);
    return thread;
  } catch (error) {
    throw toStartError(folder, error);
  }
}

export interface EmbeddedDatabase {
  /** A connection for `pg`. The first one opens the database. */
  readonly stream: () => Duplex;
  /** Call it after closing the connections. */
  readonly close: () => Promise<void>;
}

/**
 * The embedded database of a data folder, which one process can open at a time. An existing folder is locked at once; a new one is
 * created and locked with the first connection, so a start that fails before leaves no files.
 * @param program describes this process in the error message of a second one
 * @param onFatal called once the database is unusable: its thread has stopped
 * @throws {StartError} if another process holds the folder, or it cannot be used
 */
export async function openEmbeddedDatabase(folder: string, program: string, onFatal: OnFatal): Promise<EmbeddedDatabase> {
  let locking: Promise<() => void> | undefined;
  let opening: Promise<DatabaseThread> | undefined;
  let unlock = () => {};
  const acquireLock = async () => {
    locking ??= lockFolder(folder, program);
    unlock = await locking;
  };
  if (existsSync(join(folder, lockFile))) await acquireLock();
  return {
    stream: () =>
      new PortStream(async () => {
        opening ??= acquireLock().then(() => openOrCreate(folder, onFatal));
        return (await opening).connect();
      }),
    async close() {
      await opening?.then(
        (thread) => thread.close(),
        () => {},
      );
      unlock();
    },
  };
}
