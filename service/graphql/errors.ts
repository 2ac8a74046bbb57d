import { GraphQLError } from 'graphql';
import { Problem, problemBody, type RequestIds } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { markFailed } from '../telemetry/traced.ts';

/** A problem as a GraphQL error: `extensions` has the fields of the REST response, and `retry_after` the seconds of Retry-After. */
function fromProblem(problem: Problem, ids: RequestIds, source?: GraphQLError): GraphQLError {
  const { detail, ...body } = problemBody(problem, ids);
  const { 'Retry-After': seconds } = problem.headers;
  const extensions = seconds === undefined ? body : { ...body, retry_after: Number(seconds) };
  const { nodes, path } = source ?? {};
  return new GraphQLError(detail, { extensions, ...(nodes ? { nodes } : {}), ...(path ? { path } : {}) });
}

/**
 * The error that the caller receives: a problem with its fields, a mistake in the document in GraphQL's words, and of any other
 * error only the request id. `onUnexpected` receives the latter.
 */
export function toGraphqlError(error: unknown, ids: RequestIds, onUnexpected: (cause: unknown) => void): GraphQLError {
  const source = error instanceof GraphQLError ? error : undefined;
  const cause = source === undefined ? error : source.originalError;
  if (cause instanceof Problem) {
    // The status of the response is 200.
    if (cause.status >= 500) markFailed(cause);
    return fromProblem(cause, ids, source);
  }
  // Without a path, a scalar rejected a variable of the caller; with a path, it rejected a value of the service.
  const isInvalidVariable = cause instanceof GraphQLError && source?.path === undefined;
  if (source !== undefined && (cause === undefined || isInvalidVariable)) return source;
  markFailed(cause);
  onUnexpected(cause);
  return fromProblem(toProblem(cause), ids, source);
}
