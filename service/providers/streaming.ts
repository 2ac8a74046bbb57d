import type { IPolicy } from 'cockatiel';
import { ModelError, type TextStream } from './model.ts';

export interface StreamLimits {
  /** Longest that one attempt may take; of a stream: until its first part. */
  readonly attemptSeconds: number;
  /** Longest silence between two parts of a stream. */
  readonly idleSeconds: number;
}

interface Opening<T> {
  readonly open: (signal: AbortSignal) => TextStream<T>;
  /** Around the whole stream, so that it holds a place until its end and a later failure counts too. */
  readonly policy: IPolicy;
  readonly limits: StreamLimits;
  /** Ends the wait for the first part. */
  readonly opening: AbortSignal;
  /** Ends the stream; has to be aborted by whoever opened it when done, whatever becomes of it. */
  readonly over: AbortSignal;
}

/** A stream that has sent its first part, or the failure before it. */
export async function openStream<T>({ open, policy, limits, opening, over }: Opening<T>): Promise<TextStream<T>> {
  const opened = Promise.withResolvers<TextStream<T>>();
  const run = async () => {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort(opening.reason);
    opening.addEventListener('abort', giveUp, { once: true });
    const source = open(AbortSignal.any([over, attempt.signal]));
    const first = await next(source, limits.attemptSeconds, attempt);
    opening.removeEventListener('abort', giveUp);
    opening.throwIfAborted();
    const ended = Promise.withResolvers<void>();
    over.addEventListener('abort', () => ended.resolve(), { once: true });
    opened.resolve(rest({ source, first, attempt, idleSeconds: limits.idleSeconds, fail: ended.reject }));
    await ended.promise;
  };
  policy.execute(run, opening).catch(opened.reject);
  return opened.promise;
}

/** The next part, or a time-out that closes the stream at its source. */
async function next<T>(source: TextStream<T>, seconds: number, attempt: AbortController): Promise<IteratorResult<string, T>> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    attempt.abort();
  }, seconds * 1000);
  try {
    return await source.next();
  } catch (error) {
    if (!late) throw error;
    const spent = error instanceof ModelError ? error.spent : undefined;
    throw new ModelError('timeout', `the endpoint sent nothing for ${seconds} s`, { cause: error, spent });
  } finally {
    clearTimeout(timer);
  }
}

interface Opened<T> {
  readonly source: TextStream<T>;
  readonly first: IteratorResult<string, T>;
  readonly attempt: AbortController;
  readonly idleSeconds: number;
  readonly fail: (error: unknown) => void;
}

async function* rest<T>({ source, first, attempt, idleSeconds, fail }: Opened<T>): TextStream<T> {
  try {
    for (let step = first; ; step = await next(source, idleSeconds, attempt)) {
      if (step.done) return step.value;
      yield step.value;
    }
  } catch (error) {
    fail(error);
    throw error;
  } finally {
    // First the request, which a generator that still waits for a part would not end by itself.
    attempt.abort();
    await source[Symbol.asyncDispose]();
  }
}
