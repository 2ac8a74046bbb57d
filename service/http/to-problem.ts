import { outageOf } from '../database/outage.ts';
import { Problem, unavailable } from './problem.ts';

/** Maps an error to a problem: an outage of the database is unavailable, an unknown error is internal without details. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const outage = outageOf(error);
  if (outage !== undefined) return unavailable(outage.detail, outage.retryAfterSeconds, error);
  return new Problem('internal', { cause: error });
}
