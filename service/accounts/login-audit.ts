import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { AttemptCounter, AttemptedAccount, AttemptSource } from './attempt-counters.ts';
import { writeAudit } from './audit.ts';

/** Longest name of a source that is written. */
const longestName = 64;

/**
 * Audits a try that failed: the first failure of an account in its window and each limit that is reached. Further failures write
 * nothing, so an attacker cannot fill the log; nor does a name that does not exist, because people type passwords in that field.
 * @param failures how many each rule of `place` has seen in its window
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
