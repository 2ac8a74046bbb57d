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

/** A field of a wrong type in a server-side apply: the API server calls it an error of its own (500), but it is the object's. */
const isTypeMistake = ({ message }: ApiError): boolean => message.includes('failed to create typed patch object');

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

/** What keeps an object from being written, in one sentence. */
export function refusalText(error: unknown): string {
  const failure = webhookFailureOf(error);
  if (failure === undefined) return textAt(error, 'message') ?? String(error);
  return `the admission webhook ${failure.webhook} does not answer (service ${failure.service}: ${failure.reason})`;
}

interface Hint {
  readonly namespace: string;
  readonly platformRemedy: string;
}
interface Refusal {
  readonly is: (error: ApiError, hint: Hint) => boolean;
  readonly text?: (error: ApiError, hint: Hint) => string;
  readonly remedy: (hint: Hint) => string;
}

/** What the API server refuses, with what to do about it; the first that fits counts. */
const refusals: readonly Refusal[] = [
  {
    is: (error) => webhookFailureOf(error) !== undefined,
    text: refusalText,
    remedy: () =>
      'make the Service of that webhook answer, or let a cluster administrator delete its webhook configuration; nothing was written',
  },
  {
    is: ({ message, causes }) =>
      causes.some(({ reason }) => reason === 'NamespaceTerminating') || message.includes('because it is being terminated'),
    text: (_, { namespace }) => `namespace ${namespace} is being deleted`,
    remedy: ({ platformRemedy }) => `wait until it is gone; then ${platformRemedy}`,
  },
  {
    is: ({ status, message }, { namespace }) => status === 404 && message.includes(`namespaces "${namespace}" not found`),
    text: (_, { namespace }) => `namespace ${namespace} does not exist`,
    remedy: ({ platformRemedy }) => platformRemedy,
  },
  {
    is: ({ message }) => /admission webhook .{1,300} denied the request|ValidatingAdmissionPolicy .{1,300} denied request/.test(message),
    remedy: () => 'change the manifest as that policy demands; nothing was written',
  },
  {
    is: ({ status, message }) => status === 403 && message.includes('exceeded quota'),
    remedy: () => 'lower the requests, or let a cluster administrator raise the ResourceQuota; nothing was written',
  },
  {
    is: (error) => error.status === 401 || isAnonymous(error),
    text: ({ status, message }) => (status === 401 ? `the API server does not accept the credentials: ${message}` : message),
    remedy: () => 'renew the credentials of the current user in KUBECONFIG, or add them if there are none',
  },
  { is: ({ status }) => status === 403, remedy: ({ platformRemedy }) => `a permission is missing; ${platformRemedy}` },
  { is: ({ reason }) => reason === notAnApiServer, remedy: () => 'check the server address in KUBECONFIG' },
  {
    is: ({ reason }) => reason === 'UnknownKind',
    remedy: () => 'install the CustomResourceDefinitions of what provides it',
  },
  {
    is: (error) => (error.status === 429 || error.status >= 500) && !isTypeMistake(error),
    remedy: () => 'try again; if it persists, ask an administrator of the cluster',
  },
  { is: () => true, remedy: () => 'correct the manifest that is named; nothing was written' },
];

/** What the user reads if an error before anything was written ends the command. */
export function asRefusal(thrown: unknown, hint: Hint): unknown {
  // A time limit ends a call from outside of the transport.
  const error = isNetworkError(thrown) && !(thrown instanceof ConnectionError) ? connectionError(undefined, thrown) : thrown;
  if (error instanceof CredentialError) return new Failure('usage', error.message, error.remedy, { cause: error });
  if (error instanceof ConnectionError) return new Failure('refused', error.message, error.remedy, { cause: error });
  if (!(error instanceof ApiError)) return error;
  const found = refusals.find(({ is }) => is(error, hint));
  return found === undefined
    ? error
    : new Failure('refused', found.text?.(error, hint) ?? error.message, found.remedy(hint), { cause: error });
}
