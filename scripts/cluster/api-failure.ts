import { Failure } from '../cli/failure.ts';
import { textAt } from '../values/json.ts';
import { ApiError, isAnonymous, isNetworkError, isTypeMistake, notAnApiServer, webhookFailureOf } from './api-error.ts';
import { ConnectionError, connectionError } from './connection-error.ts';
import { CredentialError } from './credential-error.ts';

/** What keeps an object from being written, in one sentence. */
export function apiErrorText(error: unknown): string {
  const failure = webhookFailureOf(error);
  if (failure === undefined) return textAt(error, 'message') ?? String(error);
  return `the admission webhook ${failure.webhook} does not answer (service ${failure.service}: ${failure.reason})`;
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

/** What the API server refuses, with what to do about it; the first that fits counts. */
const failureRules: readonly FailureRule[] = [
  {
    is: (error) => webhookFailureOf(error) !== undefined,
    text: apiErrorText,
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
export function toFailure(thrown: unknown, hint: FailureHints): unknown {
  // A time limit ends a call from outside of the transport.
  const error = isNetworkError(thrown) && !(thrown instanceof ConnectionError) ? connectionError(undefined, thrown) : thrown;
  if (error instanceof CredentialError) return new Failure('usage', error.message, error.remedy, { cause: error });
  if (error instanceof ConnectionError) return new Failure('rejected', error.message, error.remedy, { cause: error });
  if (!(error instanceof ApiError)) return error;
  const found = failureRules.find(({ is }) => is(error, hint));
  return found === undefined
    ? error
    : new Failure('rejected', found.text?.(error, hint) ?? error.message, found.remedy(hint), { cause: error });
}
