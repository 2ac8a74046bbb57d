import { ModelError } from '../../models/model-error.ts';
import { workerProgram } from '../../runtime/thread.ts';
import { createThreadPool, PoolBusyError, PoolTimeoutError } from '../../runtime/thread-pool.ts';
import type { Conversation, Reply } from './answer.ts';

/** Conversations up to this many characters, such as a query with its context, are read on the event loop: it takes 3 ms at most. */
const longestInline = 4000;

export const isLong = ({ messages }: Conversation) => messages.reduce((sum, { content }) => sum + content.length, 0) > longestInline;

/** One thread per process: its tables take about 50 MB. */
const thread = createThreadPool<Conversation, Reply>({
  name: 'offline model',
  program: workerProgram(import.meta.url, 'offline-worker.js'),
  memory: { maxOldGenerationSizeMb: 256 },
  concurrency: 1,
  // As many calls as the pipeline allows at once.
  queue: 64,
  timeoutMs: 10_000,
});

/**
 * Replies to a long conversation in a separate thread, so that other requests do not wait for it.
 * @throws {ModelError} `timeout`, `overloaded`; the signal's reason
 */
export async function answerInThread(request: Conversation, signal: AbortSignal): Promise<Reply> {
  try {
    return await thread.run(request, signal);
  } catch (error) {
    if (error instanceof PoolTimeoutError) throw new ModelError('timeout', 'the offline model took too long', { cause: error });
    if (error instanceof PoolBusyError)
      throw new ModelError('overloaded', 'too many long texts wait for the offline model', { cause: error });
    throw error;
  }
}
