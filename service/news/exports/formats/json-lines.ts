import type { Table } from './table.ts';

/** One JSON object a line. */
export async function* jsonLines({ columns, batches }: Table): AsyncIterable<string> {
  for await (const rows of batches) {
    yield rows.map((row) => `${JSON.stringify(Object.fromEntries(columns.map(({ key }, index) => [key, row[index] ?? null])))}\n`).join('');
  }
}
