import type { ChatAnswer, ChatRequest } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { createThreadPool, PoolBusyError, PoolTimeoutError, workerProgram } from '../../runtime/thread-pool.ts';

/** Conversations up to so many characters are read on the event loop: that takes a few milliseconds, and no second copy of the tables. */
const longestInline = 2000;

export const isLong = ({ messages }: ChatRequest) => messages.reduce((sum, { content }) => sum + content.length, 0) > longestInline;

/** One for the process: its tables take some 50 MB. */
const thread = createThreadPool<ChatRequest, ChatAnswer>({
  name: 'offline model',
  program: workerProgram(import.meta.url, 'offline-worker.js'),
  memory: { maxOldGenerationSizeMb: 256 },
  concurrency: 1,
  // As many as the model is asked at once.
  queue: 64,
  timeoutMs: 10_000,
});

/**
 * Answers a long conversation in a thread of its own, so that other requests do not wait for it.
 * @throws {ModelError} `timeout`, `overloaded`; the signal's reason
 */
export async function answerInThread(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  try {
    return await thread.run(request, signal);
  } catch (error) {
    if (error instanceof PoolTimeoutError) throw new ModelError('timeout', 'the offline model took too long', { cause: error });
    if (error instanceof PoolBusyError)
      throw new ModelError('overloaded', 'too many long texts wait for the offline model', { cause: error });
    throw error;
  }
}
