import OpenAI from 'openai';
import { retryAfterSeconds } from '../../contract/retry.ts';
import type { ModelFailure } from '../models/model.ts';
import { ModelError } from '../models/model-error.ts';

function failureOf(error: InstanceType<typeof OpenAI.APIError>): ModelFailure {
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof OpenAI.APIConnectionError) return 'unreachable';
  if (error.status === 408 || error.status === 504) return 'timeout';
  if (error.status === 429 || error.status === 503 || error.status === 529) return 'overloaded';
  return error.status !== undefined && error.status < 500 ? 'rejected' : 'unreachable';
}

/** An error of the library as a failure of the model. Its message has only the status: bodies may quote the request. */
export function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof OpenAI.APIError) {
    const isConnection = error instanceof OpenAI.APIConnectionError;
    const message = isConnection ? 'the endpoint could not be reached' : `the endpoint returned ${error.status ?? 'an error'}`;
    const retryAfter = retryAfterSeconds(error.headers?.get('retry-after'), Date.now());
    return new ModelError(failureOf(error), message, { cause: error, retryAfterSeconds: retryAfter });
  }
  return new ModelError('invalid_response', 'the endpoint did not answer in the form of the API', { cause: error });
}
