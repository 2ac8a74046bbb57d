import type { Kysely } from 'kysely';
import type { Tables } from '../adapters/tables.ts';
import { wrongPasswords, wrongPasswordsOfAddress } from '../contract/rate-limits.ts';
import type { Settings } from '../contract/settings.ts';
import { Problem } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { AttemptRule, AttemptRules } from './attempts.ts';
import { writeAudit } from './audit.ts';
import { hashKey } from './keys.ts';
import type { Passwords } from './passwords.ts';

/** The account whose password is tried; without an id there is no such account. */
export interface TriedAccount {
  readonly id: string | undefined;
  readonly username: string;
  /** Not set: no password is right. */
  readonly passwordHash: string | null;
}
/** Where a try comes from. */
export interface TrySource {
  /** The network of an address, or the credential that the request carries. */
  readonly name: string;
  /** Whether the account is known there. */
  readonly isKnown: boolean;
  readonly requestId: string | undefined;
}

interface Needs {
  readonly db: Kysely<Tables>;
  readonly attempts: AttemptStore;
  readonly passwords: Passwords;
  readonly metrics: Metrics;
  readonly log: Logger;
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

type Limit = 'source' | 'account' | 'address';
/** Counts that one try takes a place in. */
interface Place {
  readonly key: string;
  readonly rules: AttemptRules;
  /** What a rule of these counts is called in metrics and in the audit log. */
  readonly limitOf: (rule: string) => Limit;
}

/**
 * The counts of a try. Those of an account go by its name and the stored hash, so that a new password begins with new counts in
 * every process, whoever set it.
 */
function placesOf({ username, passwordHash }: TriedAccount, { name, isKnown }: TrySource, freeOfAddress: number): readonly Place[] {
  const source = `source:${hashKey(name)}`;
  const account: Place = {
    key: `login:account:${hashKey(`${username.toLowerCase()}\n${passwordHash ?? ''}`)}`,
    rules: isKnown
      ? { [source]: ruleOf(wrongPasswords.knownSource.free, wrongPasswords.knownSource) }
      : {
          [source]: ruleOf(wrongPasswords.source.free, wrongPasswords.source),
          account: ruleOf(wrongPasswords.account.free, wrongPasswords.account),
        },
    limitOf: (rule) => (rule === source ? 'source' : 'account'),
  };
  const address: Place = {
    key: `login:address:${hashKey(name)}`,
    rules: { address: ruleOf(freeOfAddress, wrongPasswordsOfAddress) },
    limitOf: () => 'address',
  };
  return isKnown ? [account] : [account, address];
}

function refusal(waitMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const detail = `Too many wrong passwords: try again in ${seconds} s.`;
  return new Problem('rate_limited', { detail, headers: { 'Retry-After': String(seconds) } });
}

/**
 * Checks passwords within the limits of wrong ones. Each try takes its place before the password is hashed, so that tries at the
 * same time cannot exceed a limit. An account that does not exist costs and answers the same as one that does.
 */
export function createPasswordCheck(
  { RATE_LIMIT_LOGIN_REQUESTS }: Pick<Settings, 'RATE_LIMIT_LOGIN_REQUESTS'>,
  { db, attempts, passwords, metrics, log }: Needs,
) {
  const freeOfAddress = RATE_LIMIT_LOGIN_REQUESTS * wrongPasswordsOfAddress.freePerLogin;
  type Taken = Place & { readonly id: string };

  const release = (taken: readonly Taken[], outcome: 'right' | 'released') =>
    Promise.all(
      taken.map(({ key, rules, id, limitOf }) => {
        const forgiven = Object.keys(rules).filter((rule) => limitOf(rule) === 'source');
        return attempts.settle(key, rules, { id, outcome, forgiven });
      }),
    );

  async function reserve(places: readonly Place[]): Promise<readonly Taken[]> {
    const taken: Taken[] = [];
    for (const place of places) {
      const reservation = await attempts.reserve(place.key, place.rules);
      if (reservation.state === 'reserved') {
        taken.push({ ...place, id: reservation.id });
        continue;
      }
      await release(taken, 'released');
      const by = reservation.state === 'blocked' ? place.limitOf(reservation.by) : 'busy';
      metrics.count('passwordChecks', { outcome: `refused_${by}` });
      throw refusal(reservation.state === 'blocked' ? reservation.waitMs : 1000);
    }
    return taken;
  }

  /**
   * Writes the first failure of a window and each limit that is reached, and nothing for further failures: an attacker cannot fill
   * the log. Nothing either for an account that does not exist; of an address, only its limit. The answer does not wait for it:
   * its time would tell which accounts exist.
   */
  async function audit(account: TriedAccount, source: TrySource, place: Place, failures: Readonly<Record<string, number>>) {
    const { requestId } = source;
    for (const [rule, failed] of Object.entries(failures)) {
      const limit = place.limitOf(rule);
      const object = limit === 'address' ? `address:${source.name.slice(0, 64)}` : account.id && `user:${account.id}`;
      if (object === undefined) continue;
      const details = { limit, failures: failed, from: source.name.slice(0, 64) };
      const isFirst = failed === 1 && limit === (source.isKnown ? 'source' : 'account');
      const isLimit = failed === place.rules[rule]?.free;
      const action = isLimit ? 'login.limited' : 'login.failed';
      if (isFirst || isLimit) await writeAudit(db, { caller: { id: 'anonymous' }, action, object, details, requestId });
    }
  }

  async function failed(account: TriedAccount, source: TrySource, taken: readonly Taken[]): Promise<void> {
    for (const place of taken) {
      const failures = await attempts.settle(place.key, place.rules, { id: place.id, outcome: 'wrong' });
      void audit(account, source, place, failures).catch((error: unknown) => log.warn({ error }, 'A failed login could not be audited'));
    }
  }

  /**
   * Whether it is the password of the account.
   * @throws rate_limited while too many were wrong
   */
  return async function check(account: TriedAccount, password: string, source: TrySource): Promise<boolean> {
    const taken = await reserve(placesOf(account, source, freeOfAddress));
    let isRight: boolean;
    try {
      isRight = await passwords.verify(password, account.passwordHash);
    } catch (error) {
      await release(taken, 'released');
      throw error;
    }
    metrics.count('passwordChecks', { outcome: isRight ? 'right' : 'wrong' });
    if (isRight) await release(taken, 'right');
    else await failed(account, source, taken);
    return isRight;
  };
}
export type PasswordCheck = ReturnType<typeof createPasswordCheck>;
