import { describe, expect, test } from '@jest/globals';
import { cheapPasswords } from '../testing/passwords.ts';
import { createPasswordHasher } from './password-hasher.ts';

describe('Passwords', () => {
  test('are stored as PHC strings of Argon2id at the cost that OWASP recommends, each with a salt of its own', async () => {
    const passwords = createPasswordHasher();
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await passwords.verify('correct horse', one)).toBe(true);
    expect(await passwords.verify('correct hors', one)).toBe(false);
  });

  test('are verified with their stored cost and in any Unicode normalization form', async () => {
    const stored = await cheapPasswords.hash('caf\u00e9 con leche');
    expect(await createPasswordHasher().verify('cafe\u0301 con leche', stored)).toBe(true);
  });

  test('match nothing where there is none', async () => {
    expect(await cheapPasswords.verify('', null)).toBe(false);
    await expect(cheapPasswords.verify('x', 'md5:1234')).rejects.toThrow('PHC');
  });

  test('return 503 with Retry-After if the queue is full, and the others are correct', async () => {
    const stored = await cheapPasswords.hash('right');
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => cheapPasswords.verify('right', stored)));
    const rejected = all.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(rejected).toHaveLength(100 - 34);
    expect(rejected[0]).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '1' } });
    expect(all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))).toEqual(Array(34).fill(true));
  });
});
