import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDate } from './dates.ts';

const now = new Date('2025-11-30T12:00:00Z');
const parse = (text: string) => parseDate(text, now)?.toISOString().replace('.000Z', 'Z');

describe('parseDate', () => {
  test.each([
    // RFC 822 and 5322, and what differs from them.
    ['Tue, 10 Jun 2025 09:41:01 GMT', '2025-06-10T09:41:01Z'],
    ['Tue, 10 Jun 25 09:41 EST', '2025-06-10T14:41:00Z'],
    ['10 Jun 2025 09:41:01 +0200', '2025-06-10T07:41:01Z'],
    ['Wed, 10-Jun-2025 10:00 GMT+0200', '2025-06-10T08:00:00Z'],
    ['Tue Jun 10 09:41:01 EDT 2025', '2025-06-10T13:41:01Z'],
    ['Sat, Dec 16 2023 02:02:33 PM', '2023-12-16T14:02:33Z'],
    ['Tue, 10 Jun 2025 09:41:01 XYZ', '2025-06-10T09:41:01Z'],
    ['mer, 16 nov 2022 00:38:15 +0100', '2022-11-15T23:38:15Z'],
    ['Seg, 24 Set 2018 19:42:40 -0300', '2018-09-24T22:42:40Z'],
    // ISO 8601 and relatives.
    ['2025-06-10T09:41:01.123-05:00', '2025-06-10T14:41:01Z'],
    ['2025-06-10T09:41:01+0530', '2025-06-10T04:11:01Z'],
    ['2025-06-10T09:41:01 +0000', '2025-06-10T09:41:01Z'],
    ['2025-06-10T09:41', '2025-06-10T09:41:00Z'],
    ['2025-06-10T24:00:00Z', '2025-06-11T00:00:00Z'],
    ['2025-06-10 09:41:01', '2025-06-10T09:41:01Z'],
    ['2025-06-10', '2025-06-10T00:00:00Z'],
    ['20250610T094101Z', '2025-06-10T09:41:01Z'],
    ['2025-06', '2025-06-01T00:00:00Z'],
    ['1749548461', '2025-06-10T09:41:01Z'],
    ['1749548461000', '2025-06-10T09:41:01Z'],
    // Pages.
    ['martes, 10 de junio de 2025, 14:05 h', '2025-06-10T14:05:00Z'],
    ['Publicado el 3 de setiembre de 2025', '2025-09-03T00:00:00Z'],
    ['10 jun. 2025', '2025-06-10T00:00:00Z'],
    ['10 juin 2025 à 14h05', '2025-06-10T14:05:00Z'],
    ['10. Juni 2025', '2025-06-10T00:00:00Z'],
    ['10 de març de 2025', '2025-03-10T00:00:00Z'],
    ['June 10th, 2025 3:04 pm EST', '2025-06-10T20:04:00Z'],
    ['10/06/2025 14:05', '2025-06-10T14:05:00Z'],
    ['06/25/2025', '2025-06-25T00:00:00Z'],
  ])('reads %s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each(['', 'hace 3 horas', 'Tue, 31 Feb 2025 09:00:00 GMT', '2025-13-01', '10 Jun 2025 29:00', '5'])(
    'returns undefined for what is no date: %s',
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  test.each(['0001-01-01T00:00:00Z', 'Thu, 01 Jan 1970 00:00:00 GMT', '0'])(
    'returns undefined for a date that means an unknown one: %s',
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  test('returns now for a date of the next 24 hours, and undefined for a later one', () => {
    expect(parse('2025-12-01T11:59:00Z')).toBe('2025-11-30T12:00:00Z');
    expect(parse('2025-12-01T12:01:00Z')).toBeUndefined();
    expect(parse('2099-01-01')).toBeUndefined();
  });

  test('reads what the formatters of JavaScript write', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1971-01-01'), max: now, noInvalidDate: true }), (date) => {
        const seconds = new Date(Math.floor(date.getTime() / 1000) * 1000);
        expect(parseDate(seconds.toISOString(), now)).toEqual(seconds);
        expect(parseDate(seconds.toUTCString(), now)).toEqual(seconds);
        for (const locale of ['en-US', 'es-ES', 'pt-BR', 'fr-FR', 'de-DE', 'it-IT', 'ca-ES']) {
          const text = seconds.toLocaleString(locale, { dateStyle: 'full', timeStyle: 'medium', timeZone: 'UTC' });
          expect([text, parseDate(text, now)]).toEqual([text, seconds]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
