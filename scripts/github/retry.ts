import { z } from 'zod';

/** An answer that is not what GitHub promises, such as the page of a proxy. */
export class InvalidResponse extends Error {
  override readonly name = 'BadAnswer';
}

/** The part of Octokit's RequestError that decides; without a response nothing has answered. */
const failed = z.object({
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.unknown()) }).optional(),
});
type Failed = z.infer<typeof failed>;

const firstPauseMs = 250;
const longestPauseMs = 8000;
/** What GitHub asks for where a limit names no time. */
const limitedPauseMs = 60_000;

/**
 * Milliseconds to wait before a call that failed is tried again; undefined where trying again is of no use.
 * What GitHub says itself goes first: `retry-after`, then `x-ratelimit-reset`, by the clock of its answer.
 */
export function retryDelayMs(error: unknown, attempt: number, nowMs: number): number | undefined {
  const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
  if (error instanceof InvalidResponse) return growing;
  const { success, data } = failed.safeParse(error);
  if (!success) return undefined;
  if (data.response === undefined || data.status >= 500) return askedPause(data, nowMs) ?? growing;
  if (data.status !== 403 && data.status !== 429) return undefined;
  const limited = data.status === 429 || /rate limit|abuse/i.test(data.message);
  return askedPause(data, nowMs) ?? (limited ? limitedPauseMs : undefined);
}

function askedPause({ response }: Failed, nowMs: number): number | undefined {
  const number = (name: string): number | undefined => {
    const value = response?.headers[name];
    return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const after = number('retry-after');
  if (after !== undefined) return after * 1000;
  const reset = number('x-ratelimit-reset');
  if (number('x-ratelimit-remaining') !== 0 || reset === undefined) return undefined;
  const theirs = Date.parse(String(response?.headers.date));
  return Math.max(firstPauseMs, reset * 1000 - (Number.isNaN(theirs) ? nowMs : theirs));
}

/** Whether the call is refused for a right that the token has not; GitHub hides what may not be seen behind a 404. */
export function isPermissionError(error: unknown): boolean {
  const { success, data } = failed.safeParse(error);
  return success && [401, 403, 404].includes(data.status) && retryDelayMs(error, 1, 0) === undefined;
}
