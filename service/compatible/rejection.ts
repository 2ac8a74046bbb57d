import type { ProblemCode } from '../../contract/errors.ts';
import { Problem } from '../http/problem.ts';
import type { ModelFailure } from '../models/model.ts';
import { ModelError } from '../models/model-error.ts';

/** Failures that the request of an OpenAI client causes, because the model gets it as it is. */
const codes: Readonly<Partial<Record<ModelFailure, ProblemCode>>> = {
  rejected: 'model_rejected',
  context_length: 'context_length_exceeded',
  unknown_model: 'model_not_found',
};

/** The problem of a failed call: what the model says about the request is for its caller. */
export function toCallersProblem(error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  const code = codes[error.failure];
  if (code === undefined) return error;
  if (error.failure === 'unknown_model')
    return new Problem(code, { detail: `${error.message}; see /v1/models`, upstream: { param: 'model' }, cause: error });
  const { message = error.message, code: upstreamCode, param } = error.rejection ?? {};
  const known = error.failure === 'context_length' ? code : upstreamCode;
  return new Problem(code, { detail: message, upstream: { code: known, param }, cause: error });
}

/** Calls a model for an OpenAI client. @throws {Problem} */
export async function forCaller<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toCallersProblem(error);
  }
}
