import { isDatabaseAway } from '../adapters/database-away.ts';
import { Problem, unavailable } from './problem.ts';

/** What the caller is told of an error: a known problem as it is, a database that is away as such, of anything else nothing. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return isDatabaseAway(error) ? unavailable('The database is away.', 2, error) : new Problem('internal', { cause: error });
}
