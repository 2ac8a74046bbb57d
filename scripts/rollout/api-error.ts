import { Failure } from '../cli/failure.ts';
import { ConnectionError, connectionError } from './connection-error.ts';
import { CredentialError } from './credential-error.ts';
import { causesOf, isRecord, listAt, numberAt, textAt } from './objects.ts';

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
const isNetworkError = (error: unknown): boolean =>
  causesOf(error).some((cause) => textAt(cause, 'name') === 'TimeoutError' || networkCodes.includes(textAt(cause, 'code') ?? ''));

/** Whether the same call may succeed in a moment: the network, an overloaded or restarting API server. */
export function isTransient(error: unknown): boolean {
  return isNetworkError(error) || (error instanceof ApiError && (error.status === 429 || error.status >= 500));
}

/** Reason of an answer that no Kubernetes API server gives, such as an HTML page. */
export const notAnApiServer = 'NotAnApiServer';

interface Hint {
  readonly namespace: string;
  readonly platformRemedy: string;
}

/** What the user reads if an error before anything was written ends the command. */
export function asRefusal(thrown: unknown, hint: Hint): unknown {
  // A time limit ends a call from outside of the transport.
  const error = isNetworkError(thrown) && !(thrown instanceof ConnectionError) ? connectionError(undefined, thrown) : thrown;
  if (error instanceof CredentialError) return new Failure('usage', error.message, error.remedy, { cause: error });
  if (error instanceof ConnectionError) return new Failure('refused', error.message, error.remedy, { cause: error });
  if (!(error instanceof ApiError)) return error;
  if (error.status === 404 && error.message.includes(`namespaces "${hint.namespace}" not found`))
    return new Failure('refused', `namespace ${hint.namespace} does not exist`, hint.platformRemedy, { cause: error });
  return new Failure('refused', causeOf(error), remedyOf(error, hint), { cause: error });
}

const causeOf = ({ status, message }: ApiError): string =>
  status === 401 ? `the API server does not accept the credentials: ${message}` : message;

function remedyOf(error: ApiError, { platformRemedy }: Hint): string {
  const { status, reason } = error;
  if (reason === notAnApiServer) return 'check the server address in KUBECONFIG';
  if (reason === 'UnknownKind') return 'install the CustomResourceDefinitions of what provides it';
  if (status === 401 || isAnonymous(error)) return 'renew the credentials of the current user in KUBECONFIG, or add them if there are none';
  if (status === 403) return `a permission is missing; ${platformRemedy}`;
  if (status === 429 || status >= 500) return 'try again; if it persists, ask an administrator of the cluster';
  return 'correct the manifest that is named; nothing was written';
}
