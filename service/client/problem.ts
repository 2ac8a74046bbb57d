import type * as z from 'zod';
import { type ProblemCode, problems } from '../../contract/errors.ts';
import { retryAfterSeconds } from '../../contract/retry.ts';
import { openAiErrorResponse, problemResponse } from '../http/problem-schemas.ts';

type Body = z.output<typeof problemResponse>;

const isKnown = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** An error response of the service (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Undefined if the response comes from a proxy, or from a later version of the service. */
  readonly code: ProblemCode | undefined;
  /** Fields that failed validation. */
  readonly errors: NonNullable<Body['errors']>;
  /** Seconds to wait before a retry. */
  readonly retryAfter: number | undefined;
  /** `request_id` in the service's log. */
  readonly requestId: string | undefined;
  constructor(status: number, body: Partial<Body>, retryAfter?: number) {
    super(body.detail ?? `the service returned ${status}`);
    this.status = status;
    this.code = body.code !== undefined && isKnown(body.code) ? body.code : undefined;
    this.errors = body.errors ?? [];
    this.requestId = body.request_id;
    this.retryAfter = retryAfter;
  }
  /** Explanation of this occurrence. */
  get detail(): string {
    return this.message;
  }
}

/** The problem of a response without a problem document. */
const withoutDocument = (requestId: string | null) => (requestId === null ? {} : { request_id: requestId });

/** An error in OpenAI's format as a problem. */
const openAiProblem = openAiErrorResponse.transform(
  ({ error: { message: detail, code, request_id } }): Partial<Body> => ({ detail, code, request_id }),
);

const schemas = { 'application/problem+json': problemResponse, 'application/json': openAiProblem } as const;

/** Reads a response whose status is 400 or higher. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const type = response.headers.get('Content-Type')?.split(';')[0] ?? '';
  const schema = type === 'application/problem+json' || type === 'application/json' ? schemas[type] : undefined;
  const parsed = schema?.safeParse(await response.json().catch(() => undefined));
  if (schema === undefined) await response.body?.cancel();
  const seconds = retryAfterSeconds(response.headers.get('Retry-After'), Date.now());
  return new ApiProblem(response.status, parsed?.data ?? withoutDocument(response.headers.get('X-Request-ID')), seconds);
}
