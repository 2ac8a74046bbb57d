import * as z from 'zod';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import type { ResponseHeaderName } from '../http/response-headers.ts';
import type { Shape } from '../http/shape.ts';

/** Response headers, and whether every response with the status has them or only some do. */
export type DeclaredHeaders = Readonly<Partial<Record<ResponseHeaderName, 'always' | 'sometimes'>>>;

const everyResponse: DeclaredHeaders = { 'X-Request-ID': 'always', 'X-Release': 'always', 'Cache-Control': 'sometimes' };
/** Missing on responses of middlewares that run before the rate limiter. */
const rateLimitHeaders: DeclaredHeaders = {
  'RateLimit-Policy': 'sometimes',
  RateLimit: 'sometimes',
  'X-RateLimit-Limit': 'sometimes',
  'X-RateLimit-Remaining': 'sometimes',
  'X-RateLimit-Reset': 'sometimes',
};
const byStatus: Readonly<Record<number, DeclaredHeaders>> = {
  201: { Location: 'sometimes' },
  202: { Location: 'sometimes' },
  401: { 'WWW-Authenticate': 'always' },
  409: { 'Retry-After': 'sometimes' },
  429: { 'Retry-After': 'always' },
  502: { 'X-Should-Retry': 'sometimes' },
  503: { 'Retry-After': 'always' },
};

/** A paginated list links to its next page. */
const isPaged = (query: z.ZodType) => query instanceof z.ZodObject && 'limit' in query.shape;

/** Every header of the contract that an endpoint may send with a status code. */
export function responseHeadersOf(name: EndpointName, { query, answer }: Shape, status: number): DeclaredHeaders {
  const { rateLimit, problems = [], idempotent, conditional, setsCookie } = endpointOf(name);
  const isSuccess = status < 300;
  return {
    ...everyResponse,
    ...(rateLimit === 'exempt' && !problems.includes('rate_limited') ? {} : rateLimitHeaders),
    ...byStatus[status],
    ...(isSuccess && idempotent ? { 'Idempotency-Replayed': 'sometimes' } : {}),
    ...(conditional && (isSuccess || status === 304) ? { ETag: 'always' } : {}),
    ...(isSuccess && setsCookie ? { 'Set-Cookie': 'sometimes' } : {}),
    ...((isSuccess || status === 304) && isPaged(query) ? { Link: 'sometimes' } : {}),
    ...(isSuccess && answer.kind === 'file' ? { 'Content-Disposition': 'always' } : {}),
  };
}
