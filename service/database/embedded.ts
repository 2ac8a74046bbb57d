import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { checkDataFolder, databaseExists, databasePath, toStartError } from './embedded-start.ts';
import { lockFile, lockFolder } from './folder-lock.ts';
import { type DatabaseThread, startDatabaseThread } from './pglite/database-thread.ts';
import { PortStream } from './pglite/port-stream.ts';

/** Marker in the data folder while the database is created: if a process was killed meanwhile, its files are incomplete and hold no data. */
const unfinishedFile = 'unfinished';

type OnFatal = (error: unknown) => void;

/** Creates the files of an empty database. */
async function create(path: string): Promise<void> {
  const [{ dataDir: emptyDatabase }, { unpackTar }] = await Promise.all([
    import('@electric-sql/pglite-prepopulatedfs'),
    import('modern-tar/fs'),
  ]);
  const archive = await emptyDatabase();
  await pipeline(archive.stream(), createGunzip(), unpackTar(path));
}

async function openOrCreate(folder: string, thread: DatabaseThread): Promise<void> {
  const [path, unfinished] = [databasePath(folder), join(folder, unfinishedFile)];
  if (existsSync(unfinished)) await rm(path, { recursive: true, force: true });
  await checkDataFolder(folder);
  try {
    if (!databaseExists(path)) {
      await writeFile(unfinished, '');
      await create(path);
      await rm(unfinished);
    }
    await thread.open(path);
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
  let thread: DatabaseThread | undefined;
  let opening: Promise<DatabaseThread> | undefined;
  let unlock = () => {};
  async function prepare(): Promise<DatabaseThread> {
    locking ??= lockFolder(folder, program);
    unlock = await locking;
    thread ??= startDatabaseThread(onFatal);
    return thread;
  }
  async function open(): Promise<DatabaseThread> {
    const prepared = await prepare();
    await openOrCreate(folder, prepared);
    return prepared;
  }
  // Its modules are loaded while the process prepares to listen.
  if (existsSync(join(folder, lockFile))) await prepare();
  return {
    stream: () =>
      new PortStream(async () => {
        opening ??= open();
        return (await opening).connect();
      }),
    async close() {
      await opening?.catch(() => {});
      await thread?.close();
      unlock();
    },
  };
}
