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

/** Fields of the chat API, and the paths of the caller's request that they are made of. */
export type FieldNames = Readonly<Record<string, string>>;

/** The caller's field for `messages[0].content`, `response_format.json_schema`, … */
const callersField = (param: string | undefined, names: FieldNames) => names[/^\w*/.exec(param ?? '')?.[0] ?? ''] ?? param;

/** The problem of a failed call: what the model says about the request is for its caller. */
function toCallersProblem(error: unknown, names: FieldNames): unknown {
  if (!(error instanceof ModelError)) return error;
  const code = codes[error.failure];
  if (code === undefined) return withFieldNames(error, names);
  if (error.failure === 'unknown_model')
    return new Problem(code, { detail: `${error.message}; see /v1/models`, upstream: { param: 'model' }, cause: error });
  const { message = error.message, code: upstreamCode, param } = error.rejection ?? {};
  const known = error.failure === 'context_length' ? code : upstreamCode;
  return new Problem(code, { detail: message, upstream: { code: known, param: callersField(param, names) }, cause: error });
}

/** The same problem with the caller's names of the fields. */
function withFieldNames(error: ModelError, names: FieldNames): Problem {
  const { code, detail, errors, headers } = error;
  if (errors === undefined) return error;
  const renamed = errors.map(({ pointer, message }) => {
    const field = names[pointer.slice(1)];
    return { pointer: field === undefined ? pointer : `/${field.replaceAll('.', '/')}`, message };
  });
  return new Problem(code, { detail, errors: renamed, headers, cause: error });
}

/** Calls a model for an OpenAI client. @throws {Problem} */
export async function forCaller<T>(call: Promise<T>, names: FieldNames = {}): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toCallersProblem(error, names);
  }
}
