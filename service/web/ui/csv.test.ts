import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeFormula, formatCsv } from '../../csv/write-csv.ts';
import { parseCsv } from './csv.ts';

describe('parseCsv', () => {
  test.each([
    [
      'fields and records',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a last record without a line break', 'a,b', [['a', 'b']]],
    ['LF and CR', 'a\nb\rc', [['a'], ['b'], ['c']]],
    [
      'empty fields',
      ',\n,',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['quotes, delimiters and line breaks in quotes', '"say ""hi""","a,b","x\r\ny"', [['say "hi"', 'a,b', 'x\r\ny']]],
    ['text after a quoted field', '"a"b,c', [['ab', 'c']]],
    ['a quote inside a plain field', 'a"b,c', [['a"b', 'c']]],
    ['a byte order mark', '\u{FEFF}a,b', [['a', 'b']]],
    [
      'semicolons, as spreadsheets in Spanish write',
      'a;b\n"1,5";2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\n1\t2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['an empty text', '', []],
  ])('reads %s', (_what, text, records) => expect(parseCsv(text)).toEqual(records));

  test('returns undefined if a quote is not closed', () => expect(parseCsv('a,"b\nc')).toBeUndefined());

  test('reads what formatCsv writes, with every delimiter and line break in the fields', () => {
    const field = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', ';', '\r', '\n', '\t', 'a', '=') }),
    );
    const records = fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(records, (written) => {
        expect(parseCsv(formatCsv(written), ',')).toEqual(written.map((record) => record.map(escapeFormula)));
      }),
    );
  });

  test('reads every text or rejects it, and loses no character of a text without quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), (text) => {
        const records = parseCsv(text, ',');
        if (!text.includes('"')) expect(records?.flat().join('')).toBe(text.replace(/[,\r\n]/g, ''));
      }),
    );
  });
});

describe('formatCsv', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('writes the text %j as text, not as a formula', (text) => {
    expect(parseCsv(formatCsv([[text]]), ',')).toEqual([[`'${text}`]]);
  });

  test('writes numbers as numbers, and null as an empty field', () => {
    expect(formatCsv([[-5, 0.25, null, '#beach']])).toBe('\u{FEFF}-5,0.25,,#beach\r\n');
  });
});
