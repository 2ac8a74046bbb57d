import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of a test's own, in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Uses up all of its space. */
  fill(): void;
  /** Gives that space back. */
  free(): void;
  remove(): void;
}

/** Mounts a disk of so many MB, writable or not; undefined, with the reason on standard error, where this process may not. */
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
          // Full, for pieces of this size.
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
