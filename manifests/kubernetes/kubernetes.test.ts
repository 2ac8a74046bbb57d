import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCidrWithin, validateCidr } from './cidr.ts';
import { validateSchedule } from './cron.ts';
import { parseQuantity, validateQuantity } from './quantity.ts';
import { validateText } from './text-formats.ts';

describe('a quantity', () => {
  test.each([
    ['250m', 0.25],
    ['1Gi', 2 ** 30],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['1e3', 1000],
    ['2E', 2e18],
    ['1k', 1000],
    ['.5', 0.5],
    ['-1', -1],
  ])('%s is %d', (text, amount) => expect(parseQuantity(text)).toBeCloseTo(amount));
  test.each(['', '1GB', '1 Gi', 'Gi', '1K', '1gi', '0x1', '1e', '1,5', '--1', '1mi'])('%p is rejected', (text) => {
    expect(validateQuantity('memory', text)).toMatch(/is not a quantity/);
  });
});

describe('a schedule', () => {
  test.each(['0 3 * * *', '*/5 * * * *', '0 9-17 * * mon-fri', '0 0 1,15 jan *', '@daily', '5/15 * ? * *', '0 0 29 2 *', '0 0 31 2 mon'])(
    '%s is valid',
    (text) => {
      expect(validateSchedule(text, false)).toBeUndefined();
    },
  );
  test('with seconds has six fields', () => {
    expect([validateSchedule('0 0 2 * * *', true), validateSchedule('0 2 * * *', true)]).toEqual([
      undefined,
      expect.stringContaining('needs 6: second, minute'),
    ]);
  });
  test.each(['0 0 30 2 *', '0 0 31 4 *', '0 0 31 nov *'])('%s would never run', (text) =>
    expect(validateSchedule(text, false)).toMatch(/would never run/),
  );
  test('is rejected exactly if a number is out of its field', () => {
    const [minute, hour, day, month, weekday] = [59, 23, 31, 12, 6].map(() => fc.integer({ min: 0, max: 70 }));
    fc.assert(
      fc.property(
        fc.tuple(minute ?? fc.nat(), hour ?? fc.nat(), day ?? fc.nat(), month ?? fc.nat(), weekday ?? fc.nat()),
        ([m, h, d, mo, w]) => {
          const isValid = m <= 59 && h <= 23 && d >= 1 && d <= 31 && mo >= 1 && mo <= 12 && w <= 6;
          expect(validateSchedule(`${m} ${h} ${d} ${mo} ${w}`, false) === undefined).toBe(isValid);
        },
      ),
    );
  });
});

describe('a network', () => {
  test.each(['10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '10.1.2.3/32'])('%s is valid', (text) =>
    expect(validateCidr(text)).toBeUndefined(),
  );
  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/129', 'example.com/8', '10.0.0.0/08', '10.0.0.0/8/8'])('%s is rejected', (text) => {
    expect(validateCidr(text)).toMatch(/write ADDRESS\/BITS/);
  });
  test('is within another that is larger and contains its address', () => {
    expect([
      isCidrWithin('10.1.0.0/16', '10.0.0.0/8'),
      isCidrWithin('11.0.0.0/16', '10.0.0.0/8'),
      isCidrWithin('10.0.0.0/8', '10.0.0.0/8'),
    ]).toEqual([true, false, false]);
  });
});

test('a text is at most as long as its format allows', () => {
  for (const [format, maxLength] of [
    ['label', 63],
    ['serviceName', 63],
    ['labelValue', 63],
    ['portName', 15],
    ['subdomain', 253],
  ] as const)
    expect([validateText(format, 'a'.repeat(maxLength)), validateText(format, 'a'.repeat(maxLength + 1))]).toEqual([
      undefined,
      expect.stringContaining(`at most ${maxLength}`),
    ]);
});
