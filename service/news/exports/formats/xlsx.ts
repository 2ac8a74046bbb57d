import { escapeXml } from '../../../charts/escape-xml.ts';
import type { CellValue, Column, ColumnKind, Table } from './table.ts';
import { zip } from './zip.ts';

/** Rows of a sheet, and characters of a cell, that spreadsheet programs read. */
export const maxSheetRows = 1_048_576;
const maxCellCharacters = 32_767;

export class TooManyRowsError extends Error {
  override readonly name = 'TooManyRowsError';
}

const header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const documents = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The formats of styles.xml: 0 is the default, 1 the header. */
const styles: Readonly<Record<ColumnKind, number>> = { text: 0, long: 0, integer: 0, decimal: 4, day: 2, time: 3 };
const widths: Readonly<Record<ColumnKind, number>> = { text: 18, long: 60, integer: 12, decimal: 12, day: 12, time: 18 };

const dayMs = 86_400_000;
/** Day 0 of spreadsheets, which count a 29 February 1900 that did not exist. */
const serialOf = (at: Date) => (at.getTime() - Date.UTC(1899, 11, 30)) / dayMs;

/** Text is an inline string, which is never a formula. */
const textCell = (text: string, style: number) =>
  `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escapeXml(text.slice(0, maxCellCharacters))}</t></is></c>`;

function cell(value: CellValue, { kind }: Column): string {
  const style = styles[kind];
  if (value === null) return '<c/>';
  if (typeof value === 'number') return Number.isFinite(value) ? `<c s="${style}"><v>${value}</v></c>` : '<c/>';
  if (typeof value === 'boolean') return `<c t="b"><v>${value ? 1 : 0}</v></c>`;
  if (value instanceof Date) return `<c s="${style}"><v>${serialOf(value)}</v></c>`;
  return textCell(typeof value === 'string' ? value : value.join(', '), 0);
}

async function* sheet({ columns, batches }: Table): AsyncIterable<string> {
  yield `${header}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`;
  yield `<cols>${columns.map(({ kind }, index) => `<col min="${index + 1}" max="${index + 1}" width="${widths[kind]}" customWidth="1"/>`).join('')}</cols><sheetData>`;
  yield `<row>${columns.map(({ title }) => textCell(title, 1)).join('')}</row>`;
  let count = 1;
  for await (const rows of batches) {
    count += rows.length;
    if (count > maxSheetRows) throw new TooManyRowsError('A sheet has at most 1,048,575 rows: use CSV, or a shorter period.');
    yield rows.map((row) => `<row>${columns.map((column, index) => cell(row[index] ?? null, column)).join('')}</row>`).join('');
  }
  yield '</sheetData></worksheet>';
}

const fonts =
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>';
const fills = '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>';
const formats = [0, 0, 14, 164, 165];
const styleSheet = `${header}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="165" formatCode="0.000"/></numFmts>${fonts}${fills}<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${formats.length}">${formats.map((format, index) => `<xf numFmtId="${format}" fontId="${index === 1 ? 1 : 0}" applyNumberFormat="1" applyFont="1"/>`).join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

const relation = (id: number, type: string, target: string) =>
  `<Relationship Id="rId${id}" Type="${relations}/${type}" Target="${target}"/>`;
const part = (name: string, type: string) => `<Override PartName="/${name}" ContentType="${documents}.${type}+xml"/>`;

/** Names of sheets have at most 31 characters, and none of these. */
const sheetName = (name: string) => escapeXml(name.replace(/[[\]:*?/\\'"]/g, ' ').slice(0, 31));

/** A spreadsheet (ECMA-376) with one sheet. No text of the data is a formula; dates and numbers are values. */
export function xlsx(table: Table): AsyncIterable<Uint8Array> {
  return zip([
    {
      name: '[Content_Types].xml',
      content: [
        `${header}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part('xl/workbook.xml', 'sheet.main')}${part('xl/worksheets/sheet1.xml', 'worksheet')}${part('xl/styles.xml', 'styles')}</Types>`,
      ],
    },
    {
      name: '_rels/.rels',
      content: [
        `${header}<Relationships xmlns="${packages}/relationships">${relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
      ],
    },
    {
      name: 'xl/workbook.xml',
      content: [
        `${header}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${sheetName(table.name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: [
        `${header}<Relationships xmlns="${packages}/relationships">${relation(1, 'worksheet', 'worksheets/sheet1.xml')}${relation(2, 'styles', 'styles.xml')}</Relationships>`,
      ],
    },
    { name: 'xl/styles.xml', content: [styleSheet] },
    { name: 'xl/worksheets/sheet1.xml', content: sheet(table) },
  ]);
}
