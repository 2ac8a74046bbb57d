import { Failure } from '../cli/failure.ts';
import { at, isRecord, listAt, numberAt, textAt } from './objects.ts';

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

/** An error, the error that caused it, and so on. */
export function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let current = error; current !== undefined && !chain.includes(current); current = at(current, 'cause')) chain.push(current);
  return chain;
}

/**
 * Whether the network or a time limit ended a call. A call that its time limit aborts arrives as an AbortError with the TimeoutError as
 * its cause. Errors are known by their fields, not by their class: in a context of its own, as tests run in, Node's errors are of another.
 */
const isNetworkError = (error: unknown): boolean =>
  causesOf(error).some((cause) => textAt(cause, 'name') === 'TimeoutError' || networkCodes.includes(textAt(cause, 'code') ?? ''));

/** Whether the same call may succeed in a moment: the network, an overloaded or restarting API server. */
export function isTransient(error: unknown): boolean {
  return isNetworkError(error) || (error instanceof ApiError && (error.status === 429 || error.status >= 500));
}

/** What the user reads when an error met before anything was written ends the command. */
export function asRefusal(error: unknown, hint: { readonly namespace: string; readonly platformRemedy: string }): unknown {
  if (isNetworkError(error)) {
    return new Failure('refused', `the API server does not answer (${textAt(error, 'message')})`, 'check KUBECONFIG and the network', {
      cause: error,
    });
  }
  if (!(error instanceof ApiError)) return error;
  const missing = error.status === 404 && error.message.includes(`namespaces "${hint.namespace}" not found`);
  if (missing) return new Failure('refused', `namespace ${hint.namespace} does not exist`, hint.platformRemedy, { cause: error });
  if (error.status === 403) return new Failure('refused', error.message, `a right is missing; ${hint.platformRemedy}`, { cause: error });
  if (error.reason === 'UnknownKind') {
    return new Failure('refused', error.message, 'install the CustomResourceDefinitions of what provides it', { cause: error });
  }
  if (error.status === 401) return new Failure('refused', error.message, 'renew the credentials in KUBECONFIG', { cause: error });
  return new Failure('refused', error.message, 'mend the manifest that is named; nothing was written', { cause: error });
}
