import * as z from 'zod';
import { retryAfterSeconds } from '../../../contract/retry.ts';
import type { ModelFailure } from '../../models/model.ts';
import { ModelError, type Rejection } from '../../models/model-error.ts';
import type { UpstreamError } from './upstream.ts';

const text = z.coerce.string().optional().catch(undefined);
/** Some endpoints repeat the status as the code. */
const code = text.transform((value) => (value === undefined || /^\d+$/.test(value) ? undefined : value)).optional();
const details = z.looseObject({ message: text, code, type: text, param: text });
/** An invalid field, as FastAPI reports it. */
const invalidField = z
  .object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })
  .transform(({ loc, msg }) => `${loc.filter((part) => part !== 'body').join('.')}: ${msg}`);
/** Endpoints write the error as an object, as a text, without the object around it, as FastAPI does, or in a list. */
const single = z.union([
  z.object({ error: details }).transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error: message }) => ({ message })),
  z.object({ detail: z.string() }).transform(({ detail: message }) => ({ message })),
  z.object({ detail: z.array(invalidField).min(1) }).transform(({ detail }) => ({ message: detail.join('; ') })),
  details,
]);
const body = z.union([z.tuple([single], z.unknown()).transform(([first]) => first), single]);
type Details = z.output<typeof details>;

const none: Partial<Details> = {};

function detailsOf(value: unknown): Partial<Details> {
  const parsed = body.safeParse(value);
  return parsed.success ? parsed.data : none;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Seconds for which an exhausted account is not called: only the operator can change that. */
const quotaPause = 60;

const tooLong =
  /context.{0,20}(?:length|window|size|limit)|maximum context|too many tokens|(?:prompt|input) is too long|input token count/i;
const noCredit = /credit balance is too low|reached your specified .{0,20}usage limits/i;

/** The status that a type of the Anthropic API means, for errors within a stream. */
const statusOfType: Readonly<Record<string, number>> = {
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
};

function failureOf(status: number, { code, type, message = '' }: Partial<Details>): ModelFailure {
  if (code === 'context_length_exceeded' || (status >= 400 && status < 500 && status !== 429 && tooLong.test(message)))
    return 'context_length';
  if (code === 'insufficient_quota' || type === 'insufficient_quota' || status === 402 || noCredit.test(message)) return 'quota_exhausted';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429 || status === 503 || status === 529) return 'overloaded';
  if (status === 401 || status === 403 || status === 404 || status === 405) return 'misconfigured';
  return status >= 400 && status < 500 ? 'rejected' : 'unreachable';
}

function errorOf(status: number, found: Partial<Details>, retryAfter: number | undefined): ModelError {
  const failure = failureOf(status, found);
  const { message = `The endpoint returned ${status}.`, code, param } = found;
  const rejection: Rejection = { message, code, param };
  return new ModelError(failure, `the endpoint returned ${status}`, {
    rejection,
    retryAfterSeconds: failure === 'quota_exhausted' ? quotaPause : retryAfter,
  });
}

/** The failure that an error status means. Its message has the status only, because bodies may quote the request. */
export function upstreamFailure({ status, headers, text: json }: UpstreamError): ModelError {
  const retryAfter = retryAfterSeconds(headers['retry-after'] ?? null, Date.now());
  return errorOf(status, detailsOf(parsed(json)), retryAfter);
}

const errorInside = z.union([z.looseObject({ code: z.unknown().optional() }), z.string().min(1)]);
/** Finish reasons of an answer that a failure ended. */
const failedReasons: readonly unknown[] = ['error', 'network_error'];
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isEmpty = (value: unknown) => !value || (isRecord(value) && Object.keys(value).length === 0);

/** The error in an answer or event: in the field `error`, as the object itself, or as the finish reason of a choice. */
function errorWithin(value: unknown): z.output<typeof errorInside> | undefined {
  if (!isRecord(value)) return undefined;
  const { error, object, choices } = value;
  if (!isEmpty(error)) return errorInside.safeParse(error).data;
  if (object === 'error') return value;
  const hasFailed = Array.isArray(choices) && choices.some((choice) => isRecord(choice) && failedReasons.includes(choice.finish_reason));
  return hasFailed ? {} : undefined;
}

/** The failure that an answer with status 200, or an event of a stream, holds. */
export function failureInside(value: unknown): ModelError | undefined {
  const error = errorWithin(value);
  if (error === undefined) return undefined;
  const found = detailsOf(value);
  const status = typeof error === 'string' ? 500 : Number(error.code);
  return errorOf(status >= 400 && status < 600 ? status : (statusOfType[found.type ?? ''] ?? 500), found, undefined);
}
