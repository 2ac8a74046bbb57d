import { workerProgram } from '../../runtime/thread.ts';
import { createThreadPool, PoolTimeoutError } from '../../runtime/thread-pool.ts';
import type { ArticlePageInput } from './article-page.ts';
import { type Entry, type ParsedDocument, ParseError } from './document.ts';
import type { ParseInput } from './parse-document.ts';
import { answerTask, type ParseAnswer, type ParseTask } from './parse-task.ts';

/** A document of this size is parsed in some 10 ms. */
const maxBytesOnEventLoop = 128 * 1024;

/** One thread per process: 5 MB take up to half a second, and some 200 MB of memory. */
const thread = createThreadPool<ParseTask, ParseAnswer>({
  name: 'document parser',
  program: workerProgram(import.meta.url, 'news-parser-worker.js'),
  memory: { maxOldGenerationSizeMb: 512 },
  concurrency: 1,
  queue: 32,
  timeoutMs: 20_000,
  idleMs: 30_000,
});

async function run(task: ParseTask, bytes: Uint8Array, signal?: AbortSignal): Promise<ParseAnswer> {
  if (bytes.length <= maxBytesOnEventLoop) return answerTask(task);
  return thread.run(task, signal).catch((error: unknown) => {
    if (error instanceof PoolTimeoutError) throw new ParseError('too_complex', 'The document takes too long to parse.');
    throw error;
  });
}

const errorOf = (answer: ParseAnswer) =>
  'error' in answer ? new ParseError(answer.error, answer.message) : new Error('the parser returned another kind of document');

/**
 * `parseDocument`, off the event loop if the document is large.
 * @throws {ParseError}; {PoolBusyError} if too many documents wait; the signal's reason
 */
export async function readDocument(input: ParseInput, signal?: AbortSignal): Promise<ParsedDocument> {
  const answer = await run({ document: input }, input.bytes, signal);
  if ('document' in answer) return answer.document;
  throw errorOf(answer);
}

/** `parseArticlePage`, in the same way. */
export async function readArticlePage(input: ArticlePageInput, signal?: AbortSignal): Promise<Entry> {
  const answer = await run({ page: input }, input.bytes, signal);
  if ('page' in answer) return answer.page;
  throw errorOf(answer);
}
