import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { AttemptCounter, AttemptedAccount, AttemptSource } from './attempt-counters.ts';
import { writeAudit } from './audit.ts';

/** Maximum length of the name of a source in the log. */
const longestName = 64;

/**
 * Audits a failed attempt: the first failure of an account in its window, and each limit that is reached. Further failures are not logged,
 * so that an attacker cannot fill the log, and neither are unknown user names, because users type passwords into that field.
 * @param failures in the window of each rule
 */
export async function auditFailures(
  db: Kysely<Tables>,
  account: AttemptedAccount,
  { name, isKnown, requestId }: AttemptSource,
  { rules, limitOf }: AttemptCounter,
  failures: Readonly<Record<string, number>>,
): Promise<void> {
  const from = name.slice(0, longestName);
  for (const [rule, failed] of Object.entries(failures)) {
    const limit = limitOf(rule);
    const object = limit === 'address' ? `address:${from}` : account.id && `user:${account.id}`;
    const isFirst = failed === 1 && limit === (isKnown ? 'source' : 'account');
    const isLimit = failed === rules[rule]?.free;
    if (object === undefined || !(isFirst || isLimit)) continue;
    const action = isLimit ? 'login.limited' : 'login.failed';
    await writeAudit(db, { caller: { id: 'anonymous' }, action, object, details: { limit, failures: failed, from }, requestId });
  }
}
