/** Of the system: nobody listens there, or the connection broke. */
const broken = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Of PostgreSQL (appendix A of its manual): connection exceptions, a statement that took too long, shutdown, start-up, no connection left. */
const states = /^(08...|57014|57P0[123]|53300)$/;
/** Of `pg`, which gives these no code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether a statement failed since PostgreSQL is away, not since it was wrong: the same may work in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return broken.has(code) || states.test(code) || messages.test(error.message);
}
