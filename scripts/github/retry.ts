import { z } from 'zod';
import { backoffMs, retryAfterSeconds } from '../../contract/retry.ts';

/** A response in an unexpected format, such as an error page of a proxy. */
export class InvalidResponse extends Error {
  override readonly name = 'InvalidResponse';
}

/** The relevant part of Octokit's RequestError; `response` is absent if the request failed without one. */
const requestError = z.object({
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.unknown()) }).optional(),
});
type RequestError = z.infer<typeof requestError>;

const minDelayMs = 250;
const maxDelayMs = 8000;
/** The delay that GitHub recommends if a rate limit has no time. */
const rateLimitDelayMs = 60_000;

/**
 * Milliseconds until the next attempt; undefined if a retry is useless. The headers of GitHub have priority over the exponential
 * backoff: `retry-after`, then `x-ratelimit-reset`, relative to the `date` of the response.
 */
export function retryDelayMs(error: unknown, attempt: number, nowMs: number): number | undefined {
  const backoff = backoffMs({ firstMs: minDelayMs, longestMs: maxDelayMs }, attempt);
  if (error instanceof InvalidResponse) return backoff;
  const { success, data } = requestError.safeParse(error);
  if (!success) return undefined;
  if (data.response === undefined || data.status >= 500) return requestedDelayMs(data, nowMs) ?? backoff;
  if (data.status !== 403 && data.status !== 429) return undefined;
  const isRateLimited = data.status === 429 || /rate limit|abuse/i.test(data.message);
  return requestedDelayMs(data, nowMs) ?? (isRateLimited ? rateLimitDelayMs : undefined);
}

function requestedDelayMs({ response }: RequestError, nowMs: number): number | undefined {
  const header = (name: string) => (typeof response?.headers[name] === 'string' ? response.headers[name] : undefined);
  const number = (name: string) => (/^\d+$/.test(header(name) ?? '') ? Number(header(name)) : undefined);
  const after = retryAfterSeconds(header('retry-after'), nowMs);
  if (after !== undefined) return after * 1000;
  const reset = number('x-ratelimit-reset');
  if (number('x-ratelimit-remaining') !== 0 || reset === undefined) return undefined;
  const dateMs = Date.parse(String(response?.headers.date));
  return Math.max(minDelayMs, reset * 1000 - (Number.isNaN(dateMs) ? nowMs : dateMs));
}

/** Whether the token has no permission for the call; GitHub returns 404 for resources that the token may not see. */
export function isPermissionError(error: unknown): boolean {
  const { success, data } = requestError.safeParse(error);
  return success && [401, 403, 404].includes(data.status) && retryDelayMs(error, 1, 0) === undefined;
}
