import { Problem, unavailable } from '../http/problem.ts';
import { ModelError, type ModelFailure } from './model.ts';

const invalid = (error: ModelError, pointer: string) =>
  new Problem('invalid_request', { errors: [{ pointer, message: error.message }], cause: error });
const failed = (error: ModelError) => new Problem('model_failed', { cause: error });
const late = (error: unknown) => new Problem('timeout', { cause: error });

const problems: Readonly<Record<ModelFailure, (error: ModelError) => Problem>> = {
  timeout: late,
  overloaded: (error) => unavailable('The text model is overloaded.', error.retryAfterSeconds ?? 5, error),
  rejected: failed,
  unreachable: failed,
  garbage: failed,
  cut: failed,
  cancelled: failed,
  // What these two say is of the request alone.
  unknown: (error) => invalid(error, '/model'),
  unsuitable: (error) => new Problem('invalid_request', { detail: error.message, cause: error }),
};

const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/**
 * A failure of the models as the problem that the caller is told; anything else is given back as it is.
 * `signal` is the one that the call was given: whether its time was over.
 */
export function problemOf(error: unknown, signal?: AbortSignal): unknown {
  if (isTimeout(error) || (signal?.aborted && isTimeout(signal.reason))) return late(error);
  return error instanceof ModelError ? problems[error.failure](error) : error;
}
