import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Settings, settings } from '../../contract/settings.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Folders by the label that their metrics have. */
export type Folders = Readonly<Record<string, string>>;

type DiskSettings = Pick<Settings, 'ROLE' | 'DATABASE_URL' | 'LEYENDA_DATA_DIR' | 'S3_BUCKET' | 'EXPORTS_DIR'>;
const exporting = new Set<string>(settings.EXPORTS_DIR.roles);
/** The folders that a process with these settings writes to; the root if it writes to none. */
export function foldersOf({ ROLE, DATABASE_URL, LEYENDA_DATA_DIR, S3_BUCKET, EXPORTS_DIR }: DiskSettings): Folders {
  const folders = {
    ...(DATABASE_URL === undefined ? { data: LEYENDA_DATA_DIR } : {}),
    ...(S3_BUCKET === undefined && exporting.has(ROLE) ? { exports: EXPORTS_DIR } : {}),
  };
  return Object.keys(folders).length > 0 ? folders : { root: '/' };
}

interface Space {
  readonly free: number;
  readonly size: number;
}

/** Bytes of the file system of a folder for processes that are not root, as `df` calculates them; a folder that does not exist yet is one of its parent. */
async function spaceOf(folder: string): Promise<Space> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(folder);
    return { free: bavail * bsize, size: (blocks - bfree + bavail) * bsize };
  } catch (error) {
    const parent = dirname(resolve(folder));
    if (parent === resolve(folder)) throw error;
    return spaceOf(parent);
  }
}

/** Used share of the fullest file system, 0 to 1. */
export async function diskUsage(folders: Folders): Promise<number> {
  const spaces = await Promise.all(Object.values(folders).map(spaceOf));
  return Math.max(...spaces.map(({ free, size }) => (size === 0 ? 0 : 1 - free / size)));
}

/** Exports the space of each folder. */
export function measureDisk(metrics: Metrics, folders: Folders): PeriodicTask {
  return {
    name: 'measure disk',
    intervalMs: 10_000,
    retryMs: 10_000,
    runImmediately: true,
    async run() {
      for (const [folder, path] of Object.entries(folders)) {
        const { free, size } = await spaceOf(path);
        metrics.set('diskFree', { folder }, free);
        metrics.set('diskSize', { folder }, size);
      }
    },
  };
}
