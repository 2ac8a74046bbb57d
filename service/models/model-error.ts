import type { ProblemCode } from '../../contract/errors.ts';
import { Problem } from '../http/problem.ts';
import type { ModelFailure, Routing, TokenUsage } from './model.ts';

/** The problem that the caller gets for each failure. */
const problemCodes = {
  timeout: 'timeout',
  overloaded: 'unavailable',
  /** The model failed repeatedly or requires a pause (Retry-After). */
  circuit_open: 'unavailable',
  rejected: 'model_failed',
  unreachable: 'model_failed',
  invalid_response: 'model_failed',
  /** A stream ended before the answer did. */
  truncated: 'model_failed',
  unknown_model: 'invalid_request',
  /** No model supports the request, or it is too long for all. */
  unsuitable: 'invalid_request',
} as const satisfies Record<ModelFailure, ProblemCode>;

interface Details extends ErrorOptions {
  readonly spent?: TokenUsage | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Retry-After of a 503 if the provider named no time, in seconds. */
const defaultRetryAfter = 5;

/** What the caller reads; the message itself may say more and is for the log, unless it is about the request alone. */
function shown(failure: ModelFailure, message: string, retryAfterSeconds: number | undefined) {
  if (failure === 'unknown_model') return { errors: [{ pointer: '/model', message }] };
  if (failure === 'unsuitable') return { detail: message };
  if (problemCodes[failure] !== 'unavailable') return {};
  return { detail: 'The text model is overloaded.', headers: { 'Retry-After': String(Math.ceil(retryAfterSeconds ?? defaultRetryAfter)) } };
}

/** A failure of a text model: thrown by its provider, completed by the pipeline, and the problem of the response. */
export class ModelError extends Problem {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  /** What the provider charges although it failed; estimated if it did not report it. */
  readonly spent: TokenUsage | undefined;
  /** When the provider accepts requests again. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether this process was stopped during the attempt (a paused machine, SIGSTOP): then the provider is not to blame. */
  suspended = false;
  /** Set by the pipeline: the models that were tried, the last of which failed with this error. */
  routing: Routing | undefined;
  /** Set by the pipeline: the cost of `spent` in micro-US-dollars. */
  costMicros = 0;

  constructor(failure: ModelFailure, message: string, { spent, retryAfterSeconds, ...options }: Details = {}) {
    super(problemCodes[failure], { ...options, ...shown(failure, message, retryAfterSeconds), message });
    this.failure = failure;
    this.spent = spent;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Without the cause, whose fields may quote the request. */
  override get logged(): unknown {
    return this;
  }
}
