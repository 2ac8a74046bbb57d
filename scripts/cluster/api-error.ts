import { causesOf, isRecord, listAt, numberAt, parseJson, textAt } from '../values/json.ts';
import type { ApiRequest, ApiResponse } from './transport.ts';

/** An error response of the API server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[];
  constructor(status: number, body: unknown) {
    super(textAt(body, 'message') ?? `the API server returned ${status}`);
    this.status = numberAt(body, 'code') ?? status;
    this.reason = textAt(body, 'reason') ?? '';
    this.causes = listAt(body, 'details', 'causes')
      .filter(isRecord)
      .map((cause) => ({
        reason: textAt(cause, 'reason') ?? '',
        field: textAt(cause, 'field') ?? '',
        message: textAt(cause, 'message') ?? '',
      }));
  }
}

export const isStatus = (error: unknown, status: number): error is ApiError => error instanceof ApiError && error.status === status;

/** The API server returns 403 instead of 401 for a request without credentials. */
export const isAnonymous = ({ message }: ApiError): boolean => message.includes('system:anonymous');

const networkCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/**
 * Whether a request failed in the network or timed out. A timeout arrives as an AbortError whose cause is the TimeoutError. Errors are
 * recognized by their fields, not by their class: Jest runs tests in a realm with other error classes.
 */
export const isNetworkError = (error: unknown): boolean =>
  causesOf(error).some((cause) => textAt(cause, 'name') === 'TimeoutError' || networkCodes.includes(textAt(cause, 'code') ?? ''));

/** A field of a wrong type in a server-side apply: the API server returns 500, but the object is invalid. */
export const isTypeError = ({ message }: ApiError): boolean => message.includes('failed to create typed patch object');

/** Whether a retry may succeed: network errors, an overloaded or restarting API server. */
export function isTransient(error: unknown): boolean {
  if (isNetworkError(error)) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500) && !isTypeError(error);
}

/** Reason of a response that does not come from a Kubernetes API server, such as an HTML page. */
export const notAnApiServer = 'NotAnApiServer';

/** An admission webhook that did not respond to the API server. */
export interface WebhookFailure {
  readonly webhook: string;
  /** `namespace/name` of the Service behind it, or its host. */
  readonly service: string;
  readonly reason: string;
}

/** The API server returns 500 for a webhook that does not respond; undefined for other errors. */
export function webhookFailureOf(error: unknown): WebhookFailure | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const [, webhook, rest = ''] = /failed calling webhook "([^"]{1,253})": (.*)/s.exec(error.message) ?? [];
  if (webhook === undefined) return undefined;
  const host = /https?:\/\/([^/:?"]{1,253})/.exec(rest)?.[1] ?? 'unknown';
  const [name, namespace, svc] = host.split('.');
  const reason = rest.slice(rest.lastIndexOf('": ') + 1).replace(/^[": ]+/, '');
  return { webhook, service: svc === 'svc' ? `${namespace}/${name}` : host, reason };
}

/**
 * Whether an API server does not have a group. It says so in plain text for groups that are not its own; for its own, the response does not
 * come from an API server.
 */
export function isUnknownApiGroup(error: unknown, root: string): boolean {
  if (!isStatus(error, 404)) return false;
  const isBuiltIn = !/^\/apis\/[^/]*\./.test(root) || /^\/apis\/[a-z]+\.k8s\.io\//.test(root);
  return error.reason !== notAnApiServer || (!isBuiltIn && error.message.includes('404 page not found'));
}

/** A proxy may reject credentials in plain text; any other text that is not JSON does not come from an API server. */
export function apiErrorOf(request: ApiRequest, { status, text }: ApiResponse): ApiError {
  const isForeign = status < 500 && ![401, 403, 429].includes(status);
  const plain = isForeign
    ? { reason: notAnApiServer, message: unexpectedText(request, status, text) }
    : { message: text.slice(0, 300).trim() };
  return new ApiError(status, parseJson(text) ?? (text.trim() === '' ? {} : plain));
}

export const unexpectedText = ({ method, path }: ApiRequest, status: number, text: string): string =>
  `the server is not a Kubernetes API server: ${method} ${path} returned ${status} and ${JSON.stringify(text.slice(0, 40))}`;
