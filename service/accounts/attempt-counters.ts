import type { AttemptRule, AttemptRules } from './attempts.ts';
import { failedLoginLimitOfAddress, failedLoginLimits } from './failed-login-limits.ts';
import { hashKey } from './key-hashing.ts';

/** The account of a login attempt; without an id there is no such account. */
export interface AttemptedAccount {
  readonly id: string | undefined;
  readonly username: string;
  /** null: no password is correct. */
  readonly passwordHash: string | null;
}
/** The source of a login attempt. */
export interface AttemptSource {
  /** The network of an address, or the credential that the request carries. */
  readonly name: string;
  /** Whether the account has logged in from there recently. */
  readonly isKnown: boolean;
  readonly requestId: string | undefined;
}

interface Limits {
  readonly windowSeconds: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
}
const ruleOf = (free: number, { windowSeconds, firstWaitSeconds, longestWaitSeconds }: Limits): AttemptRule => ({
  free,
  windowMs: windowSeconds * 1000,
  firstMs: firstWaitSeconds * 1000,
  longestMs: longestWaitSeconds * 1000,
});

export type AttemptLimit = 'source' | 'account' | 'address';
/** A counter in which an attempt reserves a place, and the rules that apply to it. */
export interface AttemptCounter {
  readonly key: string;
  readonly rules: AttemptRules;
  /** The name of a rule in metrics and in the audit log. */
  readonly limitOf: (rule: string) => AttemptLimit;
}

/**
 * The counters of a login attempt. An account is counted by its name and password hash, so that a new password starts with new counters
 * in every process.
 * @param loginsAMinute limit of the service per address
 */
export function attemptCountersOf(
  { username, passwordHash }: AttemptedAccount,
  { name, isKnown }: AttemptSource,
  loginsAMinute: number,
): readonly AttemptCounter[] {
  const source = `source:${hashKey(name)}`;
  const account: AttemptCounter = {
    key: `login:account:${hashKey(`${username.toLowerCase()}\n${passwordHash ?? ''}`)}`,
    rules: isKnown
      ? { [source]: ruleOf(failedLoginLimits.knownSource.free, failedLoginLimits.knownSource) }
      : {
          [source]: ruleOf(failedLoginLimits.source.free, failedLoginLimits.source),
          account: ruleOf(failedLoginLimits.account.free, failedLoginLimits.account),
        },
    limitOf: (rule) => (rule === source ? 'source' : 'account'),
  };
  const address: AttemptCounter = {
    key: `login:address:${hashKey(name)}`,
    rules: { address: ruleOf(loginsAMinute * failedLoginLimitOfAddress.freePerLogin, failedLoginLimitOfAddress) },
    limitOf: () => 'address',
  };
  return isKnown ? [account] : [account, address];
}
