import { type ProblemCode, problems } from '../../contract/errors.ts';
import type { TraceIds } from '../telemetry/traced.ts';

export interface FieldError {
  /** JSON Pointer (RFC 6901) to the field in the body. */
  readonly pointer: string;
  readonly message: string;
}
interface Details {
  /** Describes this occurrence. It is sent to the caller, so it must not contain internals. */
  readonly detail?: string;
  /** What only the log shows; default: the detail. */
  readonly message?: string;
  readonly errors?: readonly FieldError[];
  /** What the upstream API names, for errors in the format of the OpenAI API. */
  readonly upstream?: { readonly code?: string | undefined; readonly param?: string | undefined };
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * Every 401 needs a challenge (RFC 9110, section 15.5.2), also that of a failed login: no registered scheme is for passwords in a JSON
 * body, and browsers show no dialog for this one.
 */
const challenge = { 'WWW-Authenticate': 'Bearer realm="api"' } as const;

/** An error with a response: one of the contract's problems (RFC 9457). */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly upstream: Details['upstream'];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ProblemCode,
    { detail = problems[code].remedy, message = detail, errors, upstream, headers = {}, cause }: Details = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.upstream = upstream;
    this.headers = this.status === 401 ? { ...challenge, ...headers } : headers;
  }
  get status(): number {
    return problems[this.code].status;
  }
  /** The error that the log shows: the cause if there is one. */
  get logged(): unknown {
    return this.cause ?? this;
  }
}

/** A dependency of the request is unavailable; the caller may retry after `seconds`. */
export function unavailable(detail: string, seconds: number, cause?: unknown): Problem {
  return new Problem('unavailable', { detail, headers: { 'Retry-After': String(seconds) }, cause });
}

/** The ids in an error, which a caller quotes to support. */
export interface RequestIds {
  readonly requestId: string;
  /** Set if the request is traced. */
  readonly trace?: TraceIds | undefined;
}
export const idFields = ({ requestId, trace }: RequestIds) => ({
  request_id: requestId,
  ...(trace === undefined ? {} : { trace_id: trace.traceId }),
});

/** The body of the response (media type application/problem+json). */
export function problemBody(problem: Problem, ids: RequestIds) {
  const { title, status, remedy } = problems[problem.code];
  return {
    type: `urn:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    remedy,
    ...idFields(ids),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}
