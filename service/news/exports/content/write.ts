import type { ExportDataset, ExportKind } from '../../../../contract/news-exports.ts';
import { toSvg } from '../../../charts/node.ts';
import { csv } from '../formats/csv.ts';
import { draw } from '../formats/draw.ts';
import { jsonLines } from '../formats/json-lines.ts';
import type { CellValue, Table } from '../formats/table.ts';
import { xlsx } from '../formats/xlsx.ts';
import { type ChartDataset, chartOf } from './charts.ts';
import { type ContentSource, readContent } from './content.ts';
import { reportOf } from './report.ts';
import { tableOf } from './tables.ts';

type Chunks = AsyncIterable<Uint8Array | string>;

export interface Written {
  readonly chunks: Chunks;
  /** Rows so far; null: the form has no rows. */
  readonly rows: () => number | null;
}

const tableFormats: Readonly<Partial<Record<ExportKind, (table: Table) => Chunks>>> = { csv, xlsx, jsonl: jsonLines };

/** Made with the first read: before it, an error would have no handler. */
async function* once(make: () => Promise<Uint8Array | string>) {
  yield await make();
}

function withoutRows(chunks: Chunks): Written {
  return { chunks, rows: () => null };
}

/** The rows of a table, and how many passed. Throws between two batches when the export is no longer wanted. */
function counted(table: Table, check: () => Promise<void>) {
  let count = 0;
  async function* batches(): AsyncIterable<readonly (readonly CellValue[])[]> {
    for await (const rows of table.batches) {
      await check();
      count += rows.length;
      yield rows;
    }
  }
  return { table: { ...table, batches: batches() }, count: () => count };
}

const isChart = (dataset: ExportDataset): dataset is ChartDataset => dataset !== 'articles' && dataset !== 'report';

/** The file of an export, as it is read from the database. @param check throws if the export is no longer wanted */
export function writeContent(
  { kind, dataset }: { readonly kind: ExportKind; readonly dataset: ExportDataset },
  source: ContentSource,
  check: () => Promise<void>,
): Written {
  if (dataset === 'report') return withoutRows(once(async () => draw({ pdf: await readContent(source, reportOf) })));
  const format = tableFormats[kind];
  if (format !== undefined) {
    const { table, count } = counted(tableOf(dataset, source), check);
    return { chunks: format(table), rows: count };
  }
  if (!isChart(dataset)) throw new Error(`${dataset} has no chart`);
  return withoutRows(
    once(async () => {
      const chart = await readContent(source, (context) => chartOf(dataset, context));
      return kind === 'png' ? draw({ png: chart }) : toSvg(chart);
    }),
  );
}
