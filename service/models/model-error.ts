import type { ProblemCode } from '../../contract/errors.ts';
import { Problem } from '../http/problem.ts';
import type { TokenUsage } from './chat.ts';
import type { ModelFailure, Routing } from './model.ts';

interface FailureKind {
  /** The problem that the caller gets. */
  readonly code: ProblemCode;
  /** Whether another attempt may succeed. */
  readonly isTransient: boolean;
  /** Whether it counts against the provider in its circuit breaker. */
  readonly opensBreaker: boolean;
}

export const failureKinds: Readonly<Record<ModelFailure, FailureKind>> = {
  timeout: { code: 'timeout', isTransient: true, opensBreaker: true },
  overloaded: { code: 'unavailable', isTransient: true, opensBreaker: true },
  /** The model failed repeatedly or requires a pause (Retry-After). */
  circuit_open: { code: 'unavailable', isTransient: true, opensBreaker: false },
  /** The provider rejects the request itself. */
  rejected: { code: 'model_failed', isTransient: false, opensBreaker: false },
  /** The request is longer than the context window. */
  context_length: { code: 'model_failed', isTransient: false, opensBreaker: false },
  /** The operator's account at the provider has no credit left. */
  quota_exhausted: { code: 'model_quota_exhausted', isTransient: false, opensBreaker: true },
  /** The provider rejects the operator's key, or does not know the model. */
  misconfigured: { code: 'model_misconfigured', isTransient: false, opensBreaker: false },
  unreachable: { code: 'model_failed', isTransient: true, opensBreaker: true },
  invalid_response: { code: 'model_failed', isTransient: false, opensBreaker: false },
  /** A stream ended before the answer did. */
  truncated: { code: 'model_failed', isTransient: false, opensBreaker: true },
  unknown_model: { code: 'invalid_request', isTransient: false, opensBreaker: false },
  /** No model supports the request, or it is too long for all. */
  unsuitable: { code: 'invalid_request', isTransient: false, opensBreaker: false },
  /** The offline model cannot write about the description: a file name, a placeholder, another language. */
  unusable_description: { code: 'unusable_description', isTransient: false, opensBreaker: false },
};

/** What a provider says about a request that it rejects, as the OpenAI API does. */
export interface Rejection {
  readonly message: string;
  readonly code: string | undefined;
  readonly param: string | undefined;
}

interface Details extends ErrorOptions {
  /** JSON Pointer to the field of the request that is the cause. */
  readonly pointer?: string | undefined;
  readonly rejection?: Rejection | undefined;
  readonly spent?: TokenUsage | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Retry-After of a 503 if the provider named no time, in seconds. */
const defaultRetryAfter = 5;

/** What the caller reads; the message itself may say more and is for the log, unless it is about the request alone. */
function shown(failure: ModelFailure, message: string, { pointer, retryAfterSeconds }: Details) {
  if (failure === 'unknown_model') return { errors: [{ pointer: '/model', message }] };
  if (failure === 'unsuitable' || failure === 'unusable_description')
    return { detail: message, ...(pointer === undefined ? {} : { errors: [{ pointer, message }] }) };
  const { code } = failureKinds[failure];
  // Clients of OpenAI honour it: another attempt fails until the operator acts.
  if (code === 'model_quota_exhausted' || code === 'model_misconfigured') return { headers: { 'X-Should-Retry': 'false' } };
  if (code !== 'unavailable') return {};
  return { detail: 'The text model is overloaded.', headers: { 'Retry-After': String(Math.ceil(retryAfterSeconds ?? defaultRetryAfter)) } };
}

/** A failure of a text model: thrown by its provider, completed by the pipeline, and the problem of the response. */
export class ModelError extends Problem {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  /** What the provider charges although it failed; estimated if it did not report it. */
  readonly spent: TokenUsage | undefined;
  /** For the caller only: it may quote the request. */
  readonly rejection: Rejection | undefined;
  /** When the provider accepts requests again. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether this process was stopped during the attempt (a paused machine, SIGSTOP): then the provider is not to blame. */
  suspended = false;
  /** Set by the pipeline: the models that were tried, the last of which failed with this error. */
  routing: Routing | undefined;
  /** Set by the pipeline: the cost of `spent` in micro-US-dollars. */
  costMicros = 0;

  constructor(failure: ModelFailure, message: string, details: Details = {}) {
    const { spent, retryAfterSeconds, rejection, cause } = details;
    super(failureKinds[failure].code, { cause, ...shown(failure, message, details), message });
    this.failure = failure;
    this.spent = spent;
    this.retryAfterSeconds = retryAfterSeconds;
    this.rejection = rejection;
  }

  /** Without the cause, whose fields may quote the request. */
  override get logged(): unknown {
    return this;
  }
}
