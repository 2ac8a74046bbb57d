import { Problem, unavailable } from '../http/problem.ts';
import { workerProgram } from '../runtime/thread.ts';
import { createThreadPool, PoolBusyError, PoolTimeoutError } from '../runtime/thread-pool.ts';
import type { Upright } from './codec.ts';
import { invalidImage } from './rejection.ts';

/** One thread per process: a picture of a phone takes a quarter of a second, and the largest ones up to 200 MB. */
const thread = createThreadPool<Uint8Array, Upright>({
  name: 'picture decoder',
  program: workerProgram(import.meta.url, 'pictures-worker.js'),
  memory: { maxOldGenerationSizeMb: 128 },
  concurrency: 1,
  queue: 32,
  timeoutMs: 20_000,
  idleMs: 30_000,
});

function problemOf(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof PoolBusyError) return unavailable('Too many pictures at the moment.', 2, error);
  if (error instanceof PoolTimeoutError) return invalidImage('The picture takes too long to decode.', error);
  // WebAssembly that ran out of memory or failed; the pool has ended its thread.
  return invalidImage('The picture cannot be decoded.', error);
}

/**
 * Turns a picture upright, as its orientation says, and encodes its pixels again as a JPEG: place, camera and all other metadata
 * do not remain.
 * @throws {Problem} invalid_image, unavailable; the signal's reason
 */
export async function uprightJpeg(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await thread.run(bytes, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw problemOf(error);
  });
  if ('reason' in answer) throw invalidImage(answer.reason);
  return answer.jpeg;
}
