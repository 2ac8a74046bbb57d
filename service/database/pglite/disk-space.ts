import { statfsSync } from 'node:fs';

export const megabyte = 1024 * 1024;
/**
 * Free bytes that a statement of the embedded database requires. PostgreSQL needs 16 MB when a WAL segment is full, and panics without
 * them; in WebAssembly an instance never returns after a panic. A statement that fails before it starts does no harm, and the next one
 * succeeds as soon as there is space.
 */
export const reserve = { statement: 32 * megabyte, withinTransaction: 20 * megabyte } as const;

/** Bytes that this process can still write to the file system of a path. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
