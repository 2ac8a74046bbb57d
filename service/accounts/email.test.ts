import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { emailAddress, isMailbox } from './email.ts';

const atext = [..."ABCXYZabcxyz0189!#$%&'*+-/=?^_`{|}~"];
const text = (from: readonly string[], maxLength: number) => fc.string({ unit: fc.constantFrom(...from), minLength: 1, maxLength });
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));

const dotString = fc.array(text(atext, 8), { minLength: 1, maxLength: 7 }).map((atoms) => atoms.join('.'));
const quotedString = fc
  .array(
    fc.oneof(
      fc.constantFrom(...printable.filter((char) => !'"\\'.includes(char))),
      fc.constantFrom(...printable).map((char) => `\\${char}`),
    ),
    {
      maxLength: 31,
    },
  )
  .map((parts) => `"${parts.join('')}"`);
const letDig = [...'abzABZ09'];
const label = fc
  .tuple(fc.constantFrom(...letDig), fc.string({ unit: fc.constantFrom(...letDig, '-'), maxLength: 61 }), fc.constantFrom(...letDig))
  .map((parts) => parts.join(''));
const domain = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) =>
    labels
      .join('.')
      .slice(0, 180)
      .replace(/[-.]+$/, 'x'),
  ),
  fc.ipV4().map((address) => `[${address}]`),
  fc.ipV6().map((address) => `[IPv6:${address}]`),
);

describe('An e-mail address', () => {
  test('is accepted with everything that RFC 5321 allows, dot-string and quoted string, domain and address literal', () => {
    fc.assert(
      fc.property(fc.oneof(dotString, quotedString), domain, (local, host) => {
        expect([`${local}@${host}`, isMailbox(`${local}@${host}`)]).toEqual([`${local}@${host}`, true]);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.emailAddress(), (address) => isMailbox(address)));
  });

  test.each([
    ...atext.map((char) => `${char}@example.com`),
    'a@b',
    'a@localhost',
    'a@1.2.3.4',
    'a@xn--bcher-kva.example',
    '""@example.com',
    '"a@b"@example.com',
    `${'l'.repeat(64)}@example.com`,
    `a@${'d'.repeat(63)}.com`,
    `${'l'.repeat(64)}@${`${'d'.repeat(61)}.`.repeat(3)}com`,
    'a@[IPv6:::1]',
    'a@[192.0.2.1]',
  ])('is accepted as %s', (address) => {
    expect(isMailbox(address)).toBe(true);
  });

  test.each([
    '',
    '@',
    'a',
    'a@',
    '@example.com',
    'a@b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a b@example.com',
    'a(b)@example.com',
    'a,b@example.com',
    'a\\@example.com',
    '"a@example.com',
    '"a"b"@example.com',
    '"a\\"@example.com',
    '"a\nb"@example.com',
    'a\n@example.com',
    'a@example.com\n',
    'a@example.com ',
    'a@example..com',
    'a@.example.com',
    'a@example.com.',
    'a@-example.com',
    'a@example-.com',
    'a@exa_mple.com',
    'a@b\u00fccher.example',
    'b\u00fccher@example.com',
    'a@[192.0.2.256]',
    'a@[192.0.2]',
    'a@[IPv6:192.0.2.1]',
    'a@[x:y]',
    'a@[]',
    'a@192.0.2.1]',
    '<a@example.com>',
    `${'l'.repeat(65)}@example.com`,
    `a@${'d'.repeat(64)}.com`,
    `${'l'.repeat(64)}@${`${'d'.repeat(61)}.`.repeat(3)}comx`,
  ])('is rejected as %j', (address) => {
    expect(isMailbox(address)).toBe(false);
  });

  test('is rejected with any character that RFC 5321 forbids at its position', () => {
    const forbidden = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 1 })
      .filter((char) => !atext.join('').includes(char) && !/[A-Za-z0-9.]/.test(char));
    fc.assert(
      fc.property(dotString, forbidden, fc.nat(), (local, char, at) => {
        const place = at % (local.length + 1);
        expect(isMailbox(`${local.slice(0, place)}${char}${local.slice(place)}@example.com`)).toBe(false);
      }),
    );
  });

  test('is described as one in JSON Schema', () => {
    expect(z.toJSONSchema(emailAddress, { io: 'input' })).toMatchObject({ type: 'string', format: 'email', maxLength: 254 });
  });

  test.each(['a', '@', '.', 'a.', '"', '\\', '-', '[', 'a@', '"a'])(
    'is rejected in time that does not grow with the length: %s repeated',
    (part) => {
      const time = (length: number) => {
        const address = part.repeat(length / part.length);
        const before = process.cpuUsage();
        for (let round = 0; round < 50; round += 1) emailAddress.safeParse(address);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      };
      time(1000);
      expect(time(1_000_000)).toBeLessThan(50 * Math.max(1000, time(1000)));
    },
  );
});
