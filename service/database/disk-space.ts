import { statfsSync } from 'node:fs';

export const megabyte = 1024 * 1024;
/**
 * Bytes that must be free, for the embedded database to be asked. PostgreSQL needs 16 MB whenever a segment of its log is full, and
 * panics without them; in WebAssembly a panic leaves an instance that answers nothing and never returns. So it is not asked when
 * space is short: a failure before the statement harms nothing, and the next statement works once there is space again.
 */
export const reserve = { statement: 32 * megabyte, withinTransaction: 20 * megabyte } as const;

/** Bytes that this process may write to the disk of a path. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
