import type * as z from 'zod';
import { type ProblemCode, problems } from '../../contract/errors.ts';
import { openAiErrorResponse, problemResponse } from '../system/schema.ts';

type Body = z.output<typeof problemResponse>;

const isKnown = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** What the service refused or failed to do (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Not set where something else answered, as a proxy in front, or a service of a later version. */
  readonly code: ProblemCode | undefined;
  /** Which fields do not fit. */
  readonly errors: NonNullable<Body['errors']>;
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined;
  /** Name of the request in the service's log. */
  readonly requestId: string | undefined;
  constructor(status: number, body: Partial<Body>, retryAfter?: number) {
    super(body.detail ?? `answered ${status}`);
    this.status = status;
    this.code = body.code !== undefined && isKnown(body.code) ? body.code : undefined;
    this.errors = body.errors ?? [];
    this.requestId = body.request_id;
    this.retryAfter = retryAfter;
  }
  /** What is particular to this occurrence. */
  get detail(): string {
    return this.message;
  }
}

/** Seconds of a Retry-After header, which holds seconds or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** What is known of an answer that is no problem document. */
const unread = (requestId: string | null) => (requestId === null ? {} : { request_id: requestId });

/** An error of the endpoints that answer in OpenAI's form, as the problem that it is. */
const told = openAiErrorResponse.transform(
  ({ error: { message: detail, code, request_id } }): Partial<Body> => ({ detail, code, request_id }),
);

const forms = { 'application/problem+json': problemResponse, 'application/json': told } as const;

/** The problem that an answer from 400 on is. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const type = response.headers.get('Content-Type')?.split(';')[0] ?? '';
  const form = type === 'application/problem+json' || type === 'application/json' ? forms[type] : undefined;
  const parsed = form?.safeParse(await response.json().catch(() => undefined));
  if (form === undefined) await response.body?.cancel();
  const seconds = secondsOf(response.headers.get('Retry-After'));
  return new ApiProblem(response.status, parsed?.data ?? unread(response.headers.get('X-Request-ID')), seconds);
}
