import { outageOf } from '../database/outage.ts';
import { Problem, unavailable } from './problem.ts';

/** The problem that an error is for the caller: a known one as it is, an outage of the database as 503, anything else without a word. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const outage = outageOf(error);
  if (outage !== undefined) return unavailable(outage.detail, outage.retryAfterSeconds, error);
  return new Problem('internal', { cause: error });
}
