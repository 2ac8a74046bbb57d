import { GraphQLError } from 'graphql';
import { Problem, problemBody } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';

/** A problem in GraphQL's form: the same code, remedy and fields as in REST, in `extensions`; `retry_after` has the seconds of Retry-After. */
function graphqlError(problem: Problem, requestId: string, at?: GraphQLError): GraphQLError {
  const { detail, ...body } = problemBody(problem, requestId);
  const { 'Retry-After': seconds } = problem.headers;
  const extensions = seconds === undefined ? body : { ...body, retry_after: Number(seconds) };
  const { nodes, path } = at ?? {};
  return new GraphQLError(detail, { extensions, ...(nodes ? { nodes } : {}), ...(path ? { path } : {}) });
}

/**
 * What the caller is told of a failure: a problem as it is; a mistake in the document as GraphQL words it; of anything else
 * nothing but the request id.
 */
export function toGraphqlError(error: unknown, requestId: string, unexpected: (cause: unknown) => void): GraphQLError {
  const at = error instanceof GraphQLError ? error : undefined;
  const cause = at === undefined ? error : at.originalError;
  if (cause instanceof Problem) return graphqlError(cause, requestId, at);
  // A variable that a type of ours did not take; the same at a field is a value of ours that does not fit.
  const refused = cause instanceof GraphQLError && at?.path === undefined;
  if (at !== undefined && (cause === undefined || refused)) return at;
  unexpected(cause);
  return graphqlError(toProblem(cause), requestId, at);
}
