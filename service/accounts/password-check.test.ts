import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { testDatabase as db } from '../testing/database.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { AttemptedAccount, AttemptSource } from './attempt-counters.ts';
import { createAttemptStore } from './attempt-store.ts';
import { createPasswordCheck } from './password-check.ts';

afterAll(() => db.destroy());

/** A check over counts in memory whose only right password is `right`. */
function checking(loginsAMinute: number) {
  const counts = { checked: 0 };
  const metrics = createMetrics();
  const check = createPasswordCheck(
    { RATE_LIMIT_LOGIN_REQUESTS: loginsAMinute },
    {
      db,
      attempts: createAttemptStore(undefined, metrics),
      passwordHasher: {
        hash: async () => 'hash',
        async verify(password, stored) {
          counts.checked += 1;
          return stored !== null && password === 'right';
        },
      },
      metrics,
      log: createLogger('silent', { write: () => {} }),
    },
  );
  const from = (name: string, isKnown = false): AttemptSource => ({ name, isKnown, requestId: undefined });
  /** `right`, `wrong`, or the code of the problem. */
  const outcome = (account: AttemptedAccount, password: string, source: AttemptSource): Promise<unknown> =>
    check(account, password, source).then(
      (isRight) => (isRight ? 'right' : 'wrong'),
      (error: unknown) => (Error.isError(error) && 'code' in error ? error.code : error),
    );
  return { counts, metrics, from, outcome };
}
const accountOf = (exists = true): AttemptedAccount => ({
  id: exists ? randomUUID() : undefined,
  username: `u-${randomUUID()}`,
  passwordHash: exists ? 'hash' : null,
});

describe('The check of passwords', () => {
  test('lets the owner in at a known address after 10,000 wrong passwords from as many addresses, of which it looked at 20', async () => {
    const { counts, from, outcome } = checking(1_000_000);
    const account = accountOf();
    for (let index = 0; index < 10_000; index += 100) {
      const some = Array.from({ length: 100 }, (_, more) => outcome(account, 'wrong', from(`10.0.${index}.${more}`)));
      await Promise.all(some);
    }
    expect(counts.checked).toBe(20);
    expect(await outcome(account, 'right', from('at home', true))).toBe('right');
    expect(await outcome(account, 'right', from('elsewhere'))).toBe('rate_limited');
  });

  test('limits one address that tries many accounts, but not an account that is known there nor another address', async () => {
    const { from, outcome } = checking(5);
    const outcomes: unknown[] = [];
    for (let index = 0; index < 40; index += 1) outcomes.push(await outcome(accountOf(index % 2 === 0), 'wrong', from('office')));
    expect([outcomes.lastIndexOf('wrong'), outcomes.indexOf('rate_limited')]).toEqual([29, 30]);
    expect(await outcome(accountOf(), 'right', from('office'))).toBe('rate_limited');
    expect(await outcome(accountOf(), 'right', from('office', true))).toBe('right');
    expect(await outcome(accountOf(), 'right', from('elsewhere'))).toBe('right');
  });

  test('does not count an attempt for the account if the limit of the address rejects it', async () => {
    const { from, outcome } = checking(1);
    const account = accountOf();
    for (let index = 0; index < 6; index += 1) await outcome(accountOf(), 'wrong', from('busy'));
    for (let index = 0; index < 50; index += 1) expect(await outcome(account, 'wrong', from('busy'))).toBe('rate_limited');
    for (let index = 0; index < 4; index += 1) expect(await outcome(account, 'wrong', from(`quiet ${index}`))).toBe('wrong');
    expect(await outcome(account, 'right', from('quiet'))).toBe('right');
  });

  test('gives the place back when the password could not be checked', async () => {
    const metrics = createMetrics();
    let isBroken = true;
    const passwords = {
      hash: async () => 'hash',
      verify: async () => {
        if (isBroken) throw new Error('too busy');
        return true;
      },
    };
    const log = createLogger('silent', { write: () => {} });
    const needs = { db, attempts: createAttemptStore(undefined, metrics), passwordHasher: passwords, metrics, log };
    const check = createPasswordCheck({ RATE_LIMIT_LOGIN_REQUESTS: 1 }, needs);
    const account = accountOf();
    const source = { name: 'home', isKnown: false, requestId: undefined };
    for (let index = 0; index < 30; index += 1) await expect(check(account, 'right', source)).rejects.toThrow('too busy');
    isBroken = false;
    expect(await check(account, 'right', source)).toBe(true);
  });

  test('audits the limit of an address once, and nothing of names that do not exist', async () => {
    const { from, outcome } = checking(5);
    const office = `office-${randomUUID()}`;
    for (let index = 0; index < 60; index += 1) await outcome(accountOf(false), 'wrong', from(office));
    const entries = async () =>
      (await db.selectFrom('audit_log').select(['action', 'object', 'details']).execute()).filter(({ details }) =>
        JSON.stringify(details).includes(office),
      );
    expect(await waitUntil(entries, ({ length }) => length > 0)).toEqual([
      { action: 'login.limited', object: `address:${office}`, details: { limit: 'address', failures: 30, from: office } },
    ]);
  });
});
