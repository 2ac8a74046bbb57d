import { startDeadline, wasSuspended } from '../runtime/deadline.ts';
import { ModelError, type TextStream, whileSuspended } from './model.ts';

export interface StreamLimits {
  /** Longest that one attempt may take; of a stream: until its first part. */
  readonly attemptSeconds: number;
  /** Longest silence between two parts of a stream. */
  readonly idleSeconds: number;
}

interface Opening<T> {
  readonly open: (signal: AbortSignal) => TextStream<T>;
  /** Runs the whole stream, which holds its slot until its end. */
  readonly inTurn: (run: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  readonly limits: StreamLimits;
  /** Ends the wait for the first part. */
  readonly opening: AbortSignal;
  /** Ends the stream; has to be aborted by whoever opened it when done, whatever becomes of it. */
  readonly over: AbortSignal;
}

/** A stream that has sent its first part, or the failure before it. */
export async function openStream<T>({ open, inTurn, limits, opening, over }: Opening<T>): Promise<TextStream<T>> {
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
    opened.resolve(rest({ source, first, attempt, idleSeconds: limits.idleSeconds }));
    await ended.promise;
  };
  inTurn(run, opening).catch(opened.reject);
  return opened.promise;
}

/** The next part, or a time-out that closes the stream at its source. */
async function next<T>(source: TextStream<T>, seconds: number, attempt: AbortController): Promise<IteratorResult<string, T>> {
  const start = performance.now();
  let late = false;
  const cancel = startDeadline(seconds * 1000, () => {
    late = true;
    attempt.abort();
  });
  try {
    return await source.next();
  } catch (error) {
    const suspended = wasSuspended(performance.now() - start, seconds * 1000);
    if (!late) throw suspended ? whileSuspended(error) : error;
    const spent = error instanceof ModelError ? error.spent : undefined;
    throw new ModelError('timeout', `the endpoint sent nothing for ${seconds} s`, { cause: error, spent, suspended });
  } finally {
    cancel();
  }
}

interface Opened<T> {
  readonly source: TextStream<T>;
  readonly first: IteratorResult<string, T>;
  readonly attempt: AbortController;
  readonly idleSeconds: number;
}

async function* rest<T>({ source, first, attempt, idleSeconds }: Opened<T>): TextStream<T> {
  try {
    for (let step = first; ; step = await next(source, idleSeconds, attempt)) {
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    // First the request, which a generator that still waits for a part would not end by itself.
    attempt.abort();
    await source[Symbol.asyncDispose]();
  }
}

/** What a stream returns in the end; `heard` is told each part, and is waited for. */
export async function whole<T>(stream: TextStream<T>, heard?: (part: string) => Promise<void>): Promise<T> {
  for (;;) {
    const step = await stream.next();
    if (step.done) return step.value;
    await heard?.(step.value);
  }
}
