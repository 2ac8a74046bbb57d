import { describe, expect, test } from '@jest/globals';
import { type Element, isTag, isText } from 'domhandler';
import * as fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { parseDocument } from 'htmlparser2';
import { csv } from './csv.ts';
import type { CellValue, Column, Table } from './table.ts';
import { maxSheetRows, xlsx } from './xlsx.ts';

const column = (key: string, kind: Column['kind'] = 'text'): Column => ({ key, title: key, kind });
const tableOf = (columns: readonly Column[], rows: readonly (readonly CellValue[])[]): Table => ({
  name: 'Articles',
  columns,
  batches: (async function* () {
    yield rows;
  })(),
});

const elements = ({ children }: Pick<Element, 'children'>, name: string): Element[] =>
  children.filter(isTag).flatMap((child) => (child.name === name ? [child] : elements(child, name)));
const textIn = ({ children }: Pick<Element, 'children'>): string =>
  children.map((child) => (isText(child) ? child.data : isTag(child) ? textIn(child) : '')).join('');

/** A cell as a spreadsheet program reads it. */
interface ReadCell {
  readonly text?: string;
  readonly number?: number;
  readonly boolean?: boolean;
  /** The format of its style, an index of styles.xml. */
  readonly format: string | undefined;
}

/** Reads a spreadsheet back: the cells of its sheet, and whether any of them is a formula. */
async function readSheet(table: Table) {
  const files = unzipSync(Buffer.concat(await Array.fromAsync(xlsx(table))));
  const parse = (name: string) => parseDocument(strFromU8(files[name] ?? new Uint8Array()), { xmlMode: true });
  const styles = elements(parse('xl/styles.xml'), 'cellXfs').flatMap((list) => elements(list, 'xf'));
  const sheet = parse('xl/worksheets/sheet1.xml');
  const toCell = (cell: Element): ReadCell => {
    const format = styles[Number(cell.attribs.s ?? 0)]?.attribs.numFmtId;
    if (cell.attribs.t === 'inlineStr') return { text: textIn(cell), format };
    const [value] = elements(cell, 'v').map(textIn);
    if (value === undefined) return { format };
    return cell.attribs.t === 'b' ? { boolean: value === '1', format } : { number: Number(value), format };
  };
  return {
    names: Object.keys(files).sort(),
    rows: elements(sheet, 'row').map((row) => elements(row, 'c').map(toCell)),
    formulas: elements(sheet, 'f').length,
  };
}
/** The text that XML 1.0 can hold, which is what a spreadsheet can. */
const inXml = (text: string) => text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');

describe('A spreadsheet', () => {
  test('has the parts that spreadsheet programs require', async () => {
    expect((await readSheet(tableOf([column('title')], []))).names).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ]);
  });

  test('has dates and numbers as values with a format, and text as text', async () => {
    const columns = [column('day', 'day'), column('time', 'time'), column('count', 'integer'), column('score', 'decimal'), column('title')];
    const day = new Date('2026-11-30T00:00:00Z');
    const noon = new Date('2026-11-30T12:00:00Z');
    const { rows } = await readSheet(
      tableOf(columns, [
        [day, noon, 7, -0.25, '7'],
        [null, null, null, null, null],
      ]),
    );
    expect(rows[0]?.map(({ text }) => text)).toEqual(['day', 'time', 'count', 'score', 'title']);
    // 46356 is the day of 2026-11-30 in spreadsheets; 14 is their format of a date, 164 and 165 are those of styles.xml.
    expect(rows[1]).toEqual([
      { number: 46_356, format: '14' },
      { number: 46_356.5, format: '164' },
      { number: 7, format: '0' },
      { number: -0.25, format: '165' },
      { text: '7', format: '0' },
    ]);
    expect(rows[2]?.map(({ text, number }) => text ?? number)).toEqual(Array(5).fill(undefined));
  });

  test('keeps =1+2 as text, without a formula', async () => {
    const { rows, formulas } = await readSheet(tableOf([column('title')], [['=1+2']]));
    expect({ cell: rows[1]?.[0]?.text, formulas }).toEqual({ cell: '=1+2', formulas: 0 });
  });

  test('keeps any text, of which none becomes a number or a formula', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 5 }), async (rows) => {
        const read = await readSheet(tableOf([column('a'), column('b', 'long')], rows));
        expect(read.formulas).toBe(0);
        expect(read.rows.slice(1).map((row) => row.map((cell) => cell.text))).toEqual(rows.map((row) => row.map(inXml)));
      }),
      { numRuns: 200 },
    ));

  test('rejects more rows than spreadsheet programs read', async () => {
    const rows = Array.from({ length: maxSheetRows }, () => []);
    await expect(readSheet(tableOf([], rows))).rejects.toThrow('at most 1,048,575 rows');
  });
});

/** Texts of all kinds, many of which a spreadsheet would run, or XML and CSV have to escape. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '<![CDATA[', '&amp;', '"', ','), fc.string())
    .map((parts) => parts.join('')),
);

/** Reads records of RFC 4180, with quotes. */
function readCsv(content: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain, end] of content.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    records.push(fields);
    fields = [];
  }
  return records;
}

describe('A CSV file', () => {
  test('keeps any text, and contains no formula', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 5 }), async (rows) => {
        const written = (await Array.fromAsync(csv(tableOf([column('a'), column('b')], rows)))).join('');
        expect(written.startsWith('\u{FEFF}a,b\r\n')).toBe(true);
        const read = readCsv(written.slice(1)).slice(1);
        for (const field of read.flat()) expect(field).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(read.map((row) => row.map((field) => field.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')))).toEqual(
          rows.map((row) => row.map((field) => field.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, ''))),
        );
      }),
      { numRuns: 500 },
    ));

  test('has dates in ISO 8601, numbers as they are, and lists with commas', async () => {
    const row = [new Date('2026-11-30T12:00:00Z'), -0.25, true, null, ['one', 'two']];
    const [, record] = await Array.fromAsync(
      csv(
        tableOf(
          ['a', 'b', 'c', 'd', 'e'].map((key) => column(key)),
          [row],
        ),
      ),
    );
    expect(record).toBe('2026-11-30T12:00:00.000Z,-0.25,true,,"one, two"\r\n');
  });
});
