import { startDeadline, wasSuspended, withDeadline } from '../runtime/deadline.ts';
import type { OnPart } from './model.ts';
import { ModelError } from './model-error.ts';

export interface AttemptLimits {
  /** Maximum time of one attempt; of a stream: until its first part. */
  readonly attemptSeconds: number;
  /** Maximum silence between two parts of a stream. */
  readonly idleSeconds: number;
}

/** Calls the provider once, with or without a stream. */
export type Invoke<T, P> = (signal: AbortSignal, onPart: OnPart<P> | undefined) => Promise<T>;

interface Attempt<P> {
  readonly limits: AttemptLimits;
  /** Aborts the attempt until it has started to answer. */
  readonly opening: AbortSignal;
  /** Aborts the attempt at any time. */
  readonly signal: AbortSignal;
  readonly onPart: OnPart<P> | undefined;
}

/** An attempt that has sent its first part or its whole answer. */
export interface StartedAnswer<T> {
  readonly whole: Promise<T>;
}

/** Rethrows an error of an attempt, marked if this process was suspended during it. */
function rethrow(error: unknown, startedAt: number, limitSeconds: number): never {
  if (error instanceof ModelError) error.suspended = wasSuspended(performance.now() - startedAt, limitSeconds * 1000);
  throw error;
}

const late = (seconds: number, cause?: unknown) =>
  new ModelError('timeout', `the endpoint sent nothing for ${seconds} s`, {
    cause,
    spent: cause instanceof ModelError ? cause.spent : undefined,
  });

/** A whole answer has one time limit. */
async function startWhole<T, P>(invoke: Invoke<T, P>, { limits: { attemptSeconds }, opening }: Attempt<P>): Promise<StartedAnswer<T>> {
  const startedAt = performance.now();
  try {
    const answer = await withDeadline(
      attemptSeconds * 1000,
      () => late(attemptSeconds),
      (limited) => invoke(limited, undefined),
      opening,
    );
    return { whole: Promise.resolve(answer) };
  } catch (error) {
    opening.throwIfAborted();
    return rethrow(error, startedAt, attemptSeconds);
  }
}

/** In a stream each part has its own time limit, which excludes the time that the caller takes to read the part before. */
async function startStream<T, P>(
  invoke: Invoke<T, P>,
  onPart: OnPart<P>,
  { limits, opening, signal }: Attempt<P>,
): Promise<StartedAnswer<T>> {
  opening.throwIfAborted();
  const attempt = new AbortController();
  const first = Promise.withResolvers<void>();
  let [since, seconds, isLate] = [performance.now(), limits.attemptSeconds, false];
  const startTimer = () => {
    since = performance.now();
    return startDeadline(seconds * 1000, () => {
      isLate = true;
      attempt.abort();
    });
  };
  let stopTimer = startTimer();
  const giveUp = () => attempt.abort(opening.reason);
  opening.addEventListener('abort', giveUp, { once: true });

  const whole = invoke(AbortSignal.any([signal, attempt.signal]), async (part) => {
    stopTimer();
    attempt.signal.throwIfAborted();
    opening.removeEventListener('abort', giveUp);
    first.resolve();
    await onPart(part);
    seconds = limits.idleSeconds;
    stopTimer = startTimer();
  })
    .catch((error: unknown) => rethrow(isLate ? late(seconds, error) : error, since, seconds))
    .finally(() => {
      stopTimer();
      opening.removeEventListener('abort', giveUp);
    });
  await Promise.race([first.promise, whole]);
  return { whole };
}

/**
 * Starts one attempt at an answer.
 * @throws {ModelError} `timeout`, or as `invoke` does before the first part; later failures are those of `whole`
 */
export const startAttempt = <T, P>(invoke: Invoke<T, P>, attempt: Attempt<P>): Promise<StartedAnswer<T>> =>
  attempt.onPart === undefined ? startWhole(invoke, attempt) : startStream(invoke, attempt.onPart, attempt);
