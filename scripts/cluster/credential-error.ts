import type { User } from '@kubernetes/client-node';
import { textAt } from '../values/json.ts';
import { redact } from '../values/redact.ts';

/** The credentials of the kubeconfig's user are not available: its plugin is missing or fails, or its token file is unreadable. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly remedy: string;
  constructor(message: string, remedy: string, cause: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** Adds the user and a remedy to an error of the Kubernetes client. */
export function credentialError(user: User | null, error: unknown): CredentialError {
  const name = user?.name ?? 'of the current context';
  const command = textAt(user?.exec, 'command');
  if (command === undefined)
    return new CredentialError(`the credentials of user ${name} cannot be read: ${firstLine(error)}`, 'renew them in KUBECONFIG', error);
  const hint = textAt(user?.exec, 'installHint')?.trim().split('\n')[0];
  if (textAt(error, 'code') === 'ENOENT')
    return new CredentialError(
      `the credential plugin ${command} of user ${name} is not installed`,
      hint === undefined || hint === '' ? `install ${command}, or put it on the PATH` : hint,
      error,
    );
  return new CredentialError(`the credential plugin ${command} of user ${name} failed: ${firstLine(error)}`, 'log in again with it', error);
}

/** If a plugin prints no credential, the client throws an internal error. */
function firstLine(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof TypeError) return 'it printed no ExecCredential';
  const [line = ''] = redact(textAt(error, 'message') ?? String(error))
    .trim()
    .split('\n');
  return line === '' ? 'it gave no reason' : line;
}
