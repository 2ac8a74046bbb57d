import { causesOf, isRecord, listAt, numberAt, textAt } from '../values/json.ts';

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[];
  constructor(status: number, body: unknown) {
    super(textAt(body, 'message') ?? `the API server answered ${status}`);
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

/** The API server forbids a caller without credentials, instead of asking for them. */
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
 * Whether the network or a time limit ended a call. A call that its time limit aborts arrives as an AbortError with the TimeoutError as
 * its cause. Errors are known by their fields, not by their class: in a context of its own, as tests run in, Node's errors are of another.
 */
export const isNetworkError = (error: unknown): boolean =>
  causesOf(error).some((cause) => textAt(cause, 'name') === 'TimeoutError' || networkCodes.includes(textAt(cause, 'code') ?? ''));

/** A field of a wrong type in a server-side apply: the API server calls it an error of its own (500), but it is the object's. */
export const isTypeMistake = ({ message }: ApiError): boolean => message.includes('failed to create typed patch object');

/** Whether the same call may succeed in a moment: the network, an overloaded or restarting API server. */
export function isTransient(error: unknown): boolean {
  if (isNetworkError(error)) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500) && !isTypeMistake(error);
}

/** Reason of an answer that no Kubernetes API server gives, such as an HTML page. */
export const notAnApiServer = 'NotAnApiServer';

/** An admission webhook that did not answer the API server. */
export interface WebhookFailure {
  readonly webhook: string;
  /** `namespace/name` of the Service behind it, or its host. */
  readonly service: string;
  readonly reason: string;
}

/** The API server reports a webhook that does not answer as an error of its own (500); undefined for other errors. */
export function webhookFailureOf(error: unknown): WebhookFailure | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const [, webhook, rest = ''] = /failed calling webhook "([^"]{1,253})": (.*)/s.exec(error.message) ?? [];
  if (webhook === undefined) return undefined;
  const host = /https?:\/\/([^/:?"]{1,253})/.exec(rest)?.[1] ?? 'unknown';
  const [name, namespace, svc] = host.split('.');
  const reason = rest.slice(rest.lastIndexOf('": ') + 1).replace(/^[": ]+/, '');
  return { webhook, service: svc === 'svc' ? `${namespace}/${name}` : host, reason };
}
