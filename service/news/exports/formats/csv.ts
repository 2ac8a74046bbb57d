import { byteOrderMark, type Cell, csvRecord } from '../../../csv/write-csv.ts';
import type { CellValue, Table } from './table.ts';

function toCell(value: CellValue): Cell {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? value.join(', ') : value;
}

/** CSV in UTF-8 with a header. */
export async function* csv({ columns, batches }: Table): AsyncIterable<string> {
  yield byteOrderMark + csvRecord(columns.map(({ key }) => key));
  for await (const rows of batches) yield rows.map((row) => csvRecord(row.map(toCell))).join('');
}
