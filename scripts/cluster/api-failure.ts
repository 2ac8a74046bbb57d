import { Failure } from '../cli/failure.ts';
import { textAt } from '../values/json.ts';
import { ApiError, isAnonymous, isNetworkError, isTypeError, notAnApiServer, webhookFailureOf } from './api-error.ts';
import { ConnectionError, CredentialError, connectionError } from './connection-error.ts';

/** Why the API server rejected an object, in one sentence. */
export function apiErrorText(error: unknown): string {
  const failure = webhookFailureOf(error);
  if (failure === undefined) return textAt(error, 'message') ?? String(error);
  return `the admission webhook ${failure.webhook} does not respond (service ${failure.service}: ${failure.reason})`;
}

interface FailureHints {
  readonly namespace: string;
  readonly platformRemedy: string;
}
interface FailureRule {
  readonly is: (error: ApiError, hint: FailureHints) => boolean;
  readonly text?: (error: ApiError, hint: FailureHints) => string;
  readonly remedy: (hint: FailureHints) => string;
}

/** Errors of the API server with their remedies; the first match counts. */
const failureRules: readonly FailureRule[] = [
  {
    is: (error) => webhookFailureOf(error) !== undefined,
    text: apiErrorText,
    remedy: () =>
      'repair the Service of that webhook, or have a cluster administrator delete its webhook configuration; nothing was written',
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
    remedy: () => 'change the manifest as the policy requires; nothing was written',
  },
  {
    is: ({ status, message }) => status === 403 && message.includes('exceeded quota'),
    remedy: () => 'lower the resource requests, or have a cluster administrator raise the ResourceQuota; nothing was written',
  },
  {
    is: (error) => error.status === 401 || isAnonymous(error),
    text: ({ status, message }) => (status === 401 ? `the API server rejects the credentials: ${message}` : message),
    remedy: () => 'renew the credentials of the current user in KUBECONFIG, or add them if there are none',
  },
  { is: ({ status }) => status === 403, remedy: ({ platformRemedy }) => `a permission is missing; ${platformRemedy}` },
  { is: ({ reason }) => reason === notAnApiServer, remedy: () => 'check the server address in KUBECONFIG' },
  {
    is: ({ reason }) => reason === 'UnknownKind',
    remedy: () => 'install the CustomResourceDefinition of that kind',
  },
  {
    is: (error) => (error.status === 429 || error.status >= 500) && !isTypeError(error),
    remedy: () => 'try again; if it persists, contact a cluster administrator',
  },
  { is: () => true, remedy: () => 'correct the named manifest; nothing was written' },
];

/** Turns an error of the API server before the first write into a message with a remedy; other errors are returned unchanged. */
export function toFailure(thrown: unknown, hint: FailureHints): unknown {
  // A timeout aborts the request outside of the transport.
  const error = isNetworkError(thrown) && !(thrown instanceof ConnectionError) ? connectionError(undefined, thrown) : thrown;
  if (error instanceof CredentialError) return new Failure('usage', error.message, error.remedy, { cause: error });
  if (error instanceof ConnectionError) return new Failure('rejected', error.message, error.remedy, { cause: error });
  if (!(error instanceof ApiError)) return error;
  const found = failureRules.find(({ is }) => is(error, hint));
  return found === undefined
    ? error
    : new Failure('rejected', found.text?.(error, hint) ?? error.message, found.remedy(hint), { cause: error });
}
