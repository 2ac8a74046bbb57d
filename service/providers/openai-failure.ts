import OpenAI from 'openai';
import { ModelError, type ModelFailure } from './model.ts';

function failureOf(error: InstanceType<typeof OpenAI.APIError>): ModelFailure {
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof OpenAI.APIConnectionError) return 'unreachable';
  if (error.status === 408 || error.status === 504) return 'timeout';
  if (error.status === 429 || error.status === 503 || error.status === 529) return 'overloaded';
  return error.status !== undefined && error.status < 500 ? 'rejected' : 'unreachable';
}

/** `Retry-After` in seconds: a number, or an HTTP date (RFC 9110, 10.2.3). Undefined where it is neither. */
export function retryAfterOf(value: string | null | undefined, now = Date.now()): number | undefined {
  if (value == null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** What the library threw as a failure of the model; its message tells no more than the status, since bodies may quote the request. */
export function asModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof OpenAI.APIError) {
    const message =
      error instanceof OpenAI.APIConnectionError
        ? 'the endpoint could not be reached'
        : `the endpoint answered ${error.status ?? 'an error'}`;
    return new ModelError(failureOf(error), message, { cause: error, retryAfterSeconds: retryAfterOf(error.headers?.get('retry-after')) });
  }
  return new ModelError('garbage', 'the endpoint did not answer in the form of the API', { cause: error });
}
