import type { AttemptRule, AttemptRules } from './attempts.ts';
import { failedLoginLimitOfAddress, failedLoginLimits } from './failed-login-limits.ts';
import { hashKey } from './key-hashing.ts';

/** The account whose password is tried; without an id there is no such account. */
export interface AttemptedAccount {
  readonly id: string | undefined;
  readonly username: string;
  /** Not set: no password is right. */
  readonly passwordHash: string | null;
}
/** Where a try comes from. */
export interface AttemptSource {
  /** The network of an address, or the credential that the request carries. */
  readonly name: string;
  /** Whether the account is known there. */
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
/** Counts that one try takes a place in. */
export interface AttemptCounter {
  readonly key: string;
  readonly rules: AttemptRules;
  /** What a rule of these counts is called in metrics and in the audit log. */
  readonly limitOf: (rule: string) => AttemptLimit;
}

/**
 * The counts of a try. Those of an account go by its name and the stored hash, so that a new password begins with new counts in
 * every process, whoever set it.
 * @param loginsAMinute that the service lets through of one address
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
