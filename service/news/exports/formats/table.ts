export type CellValue = string | number | boolean | Date | readonly string[] | null;

/** How a spreadsheet shows the values of a column. */
export type ColumnKind = 'text' | 'long' | 'integer' | 'decimal' | 'day' | 'time';

export interface Column {
  /** As in the API: the header of CSV, the field of JSON Lines. */
  readonly key: string;
  /** The header of a spreadsheet, in the language of the export. */
  readonly title: string;
  readonly kind: ColumnKind;
}

/** Rows of an export. They come in batches, so that a format never holds all of them. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly (readonly CellValue[])[]>;
}
