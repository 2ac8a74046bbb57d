import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory for one test. */
export interface SmallDisk {
  readonly path: string;
  /** Uses all of its space. */
  fill(): void;
  /** Frees that space. */
  free(): void;
  remove(): void;
}

/** Mounts a file system; returns undefined, with the reason on standard error, if this process cannot mount. */
export function smallDisk(megabytes: number, access: 'rw' | 'ro' = 'rw'): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'leyenda-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755,${access}`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    rmSync(path, { recursive: true });
    console.error('skipped: only root may mount a disk');
    return undefined;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill() {
      const file = openSync(filler, 'w');
      for (const bytes of [1024 * 1024, 4096]) {
        try {
          while (writeSync(file, Buffer.alloc(bytes)) === bytes);
        } catch {
          // No space for a write of this size.
        }
      }
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}
