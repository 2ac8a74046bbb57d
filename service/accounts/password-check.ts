import type { Kysely } from 'kysely';
import type { Settings } from '../../contract/settings.ts';
import type { Tables } from '../database/tables.ts';
import { Problem } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type AttemptCounter, type AttemptedAccount, type AttemptSource, attemptCountersOf } from './attempt-counters.ts';
import type { AttemptStore } from './attempt-store.ts';
import { auditFailures } from './login-audit.ts';
import type { PasswordHasher } from './password-hasher.ts';

interface Needs {
  readonly db: Kysely<Tables>;
  readonly attempts: AttemptStore;
  readonly passwordHasher: PasswordHasher;
  readonly metrics: Metrics;
  readonly log: Logger;
}

function tooManyAttempts(waitMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const detail = `Too many wrong passwords: try again in ${seconds} s.`;
  return new Problem('rate_limited', { detail, headers: { 'Retry-After': String(seconds) } });
}

/**
 * Checks passwords within the limits of wrong ones. Each attempt reserves its place before the password is hashed, so that concurrent
 * attempts cannot exceed a limit. An unknown account takes the same time and returns the same response as a known one.
 */
export function createPasswordCheck(
  { RATE_LIMIT_LOGIN_REQUESTS }: Pick<Settings, 'RATE_LIMIT_LOGIN_REQUESTS'>,
  { db, attempts, passwordHasher, metrics, log }: Needs,
) {
  type Taken = AttemptCounter & { readonly id: string };

  const release = (taken: readonly Taken[], outcome: 'right' | 'released') =>
    Promise.all(
      taken.map(({ key, rules, id, limitOf }) => {
        const forgiven = Object.keys(rules).filter((rule) => limitOf(rule) === 'source');
        return attempts.settle(key, rules, { id, outcome, forgiven });
      }),
    );

  async function reserve(places: readonly AttemptCounter[]): Promise<readonly Taken[]> {
    const taken: Taken[] = [];
    for (const place of places) {
      const reservation = await attempts.reserve(place.key, place.rules);
      if (reservation.state === 'reserved') {
        taken.push({ ...place, id: reservation.id });
        continue;
      }
      await release(taken, 'released');
      const by = reservation.state === 'blocked' ? place.limitOf(reservation.by) : 'busy';
      metrics.count('passwordChecks', { outcome: `rejected_${by}` });
      throw tooManyAttempts(reservation.state === 'blocked' ? reservation.waitMs : 1000);
    }
    return taken;
  }

  async function failed(account: AttemptedAccount, source: AttemptSource, taken: readonly Taken[]): Promise<void> {
    for (const place of taken) {
      const failures = await attempts.settle(place.key, place.rules, { id: place.id, outcome: 'wrong' });
      // The response does not wait for the log: its time would reveal which accounts exist.
      void auditFailures(db, account, source, place, failures).catch((error: unknown) =>
        log.warn({ error }, 'A failed login could not be audited'),
      );
    }
  }

  /**
   * Whether the password of the account is correct.
   * @throws {Problem} rate_limited after too many wrong passwords
   */
  return async function check(account: AttemptedAccount, password: string, source: AttemptSource): Promise<boolean> {
    const taken = await reserve(attemptCountersOf(account, source, RATE_LIMIT_LOGIN_REQUESTS));
    let isRight: boolean;
    try {
      isRight = await passwordHasher.verify(password, account.passwordHash);
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
