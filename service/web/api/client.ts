import { createClient } from '../../client/client.ts';
import { ApiProblem } from '../../client/problem.ts';

/** The typed client of the service that served this page; the session cookie authenticates. */
export const client = createClient({ baseUrl: location.origin });

/** What a person reads about a failure: the service's own explanation, or the error's message. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.message;
  return error instanceof Error ? error.message : String(error);
}
