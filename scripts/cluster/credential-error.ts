import type { User } from '@kubernetes/client-node';
import { textAt } from '../values/json.ts';
import { redact } from '../values/redact.ts';

/** The credentials of the kubeconfig's user could not be had: its plugin is missing or fails, its token file is unreadable. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly remedy: string;
  constructor(message: string, remedy: string, cause: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** What the Kubernetes client threw, in words that say which user and what to do. */
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

/** A plugin that prints no credential makes the client fail in words about its own code. */
function firstLine(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof TypeError) return 'it printed no ExecCredential';
  const [line = ''] = redact(textAt(error, 'message') ?? String(error))
    .trim()
    .split('\n');
  return line === '' ? 'it gave no reason' : line;
}
