import * as z from 'zod';
import { type BatchItem, batchItem, maxItems } from '../../../batches/schema.ts';
import { generateRequest } from '../../../captions/schema.ts';
import { queryRequest } from '../../../queries/schema.ts';
import { parseCsv } from '../../ui/csv.ts';

export type Kind = BatchItem['kind'];
type Row = Readonly<Record<string, unknown>>;

const shapes: Readonly<Record<Kind, Readonly<Record<string, z.ZodType>>>> = { generate: generateRequest.shape, query: queryRequest.shape };
/** Names of the fields of an item, and `kind`. */
export const fieldsOf = (kind: Kind): readonly string[] => ['kind', ...Object.keys(shapes[kind])];

/** What a file contains: named columns of text, or objects. */
export type Content =
  | { readonly type: 'csv'; readonly header: readonly string[]; readonly records: readonly (readonly string[])[] }
  | { readonly type: 'json'; readonly rows: readonly unknown[] };
export type FileProblem = 'empty' | 'unclosedQuote' | 'invalidJson' | 'tooManyItems';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const withItems = z.object({ items: z.array(z.unknown()) });

/** The objects of a JSON array, of the body of POST /api/v1/batch, or of JSON Lines. */
function readJson(text: string): readonly unknown[] | { readonly problem: FileProblem; readonly line?: number } {
  const whole = parseJson(text);
  if (Array.isArray(whole)) return whole;
  const body = withItems.safeParse(whole);
  if (body.success) return body.data.items;
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const rows = lines.filter(({ line }) => line !== '').map(({ line, number }) => ({ row: parseJson(line), number }));
  const invalid = rows.find(({ row }) => row === undefined);
  return invalid ? { problem: 'invalidJson', line: invalid.number } : rows.map(({ row }) => row);
}

/** Reads CSV with a header, a JSON array or JSON Lines. */
export function readContent(name: string, raw: string): Content | { readonly problem: FileProblem; readonly line?: number } {
  const text = raw.replace(/^\u{FEFF}/u, '').trim();
  if (text === '') return { problem: 'empty' };
  if (!/\.csv$/i.test(name) && /^[[{]/.test(text)) {
    const rows = readJson(text);
    if ('problem' in rows) return rows;
    if (rows.length === 0) return { problem: 'empty' };
    return rows.length > maxItems ? { problem: 'tooManyItems' } : { type: 'json', rows };
  }
  const records = parseCsv(text);
  if (records === undefined) return { problem: 'unclosedQuote' };
  const [header = [], ...rest] = records.filter((record) => record.some((field) => field.trim() !== ''));
  if (rest.length === 0) return { problem: 'empty' };
  return rest.length > maxItems ? { problem: 'tooManyItems' } : { type: 'csv', header, records: rest };
}

/** The field that each column holds, by its name; '' for a column that is left out. */
export function fieldsOfColumns(header: readonly string[], kind: Kind): string[] {
  const fields = fieldsOf(kind);
  const names = header.map((column) =>
    column
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  return names.map((name, index) => (fields.includes(name) && names.indexOf(name) === index ? name : ''));
}

/** A cell as a value of the type of its field: a text, else a number or a truth value. */
function readCell(schema: z.ZodType | undefined, text: string): unknown {
  const readings: readonly unknown[] = [text, Number(text), parseJson(text.toLowerCase())];
  const hasType = (reading: unknown) => schema?.safeParse(reading).error?.issues.every(({ code }) => code !== 'invalid_type') ?? true;
  return readings.find((reading) => reading !== undefined && hasType(reading)) ?? text;
}

function rowOf(record: readonly string[], fields: readonly string[], kind: Kind): Row {
  const filled = fields.map((field, column) => [field, (record[column] ?? '').trim()] as const).filter(([field, text]) => field && text);
  return Object.fromEntries(filled.map(([field, text]) => [field, readCell(shapes[kind][field], text)]));
}

const object = z.record(z.string(), z.unknown());

interface ItemOptions {
  /** For rows without a `kind`. */
  readonly kind: Kind;
  /** For rows without these fields. */
  readonly defaults: Row;
  /** The field of each column of a CSV file. */
  readonly fields: readonly string[];
}

/** The items of a file, not validated yet. */
export function itemsOf(content: Content, { kind, defaults, fields }: ItemOptions): unknown[] {
  const rows = content.type === 'json' ? content.rows : content.records.map((record) => rowOf(record, fields, kind));
  return rows.map((row) => {
    const known = object.safeParse(row);
    if (!known.success) return row;
    const own = { ...known.data, kind: known.data.kind ?? kind };
    return own.kind === kind ? { ...own, ...defaults, ...known.data } : own;
  });
}

export interface RowProblem {
  /** From 1, without the header. */
  readonly row: number;
  readonly field: string;
  readonly message: string;
}

/** What is wrong with the items. @param errors messages in a language; default: English */
export function problemsOf(items: readonly unknown[], errors?: z.core.$ZodErrorMap): RowProblem[] {
  return items.flatMap((item, index) => {
    const issues = batchItem.safeParse(item, errors && { error: errors }).error?.issues ?? [];
    return issues.map(({ path, message }) => ({ row: index + 1, field: path.join('.'), message }));
  });
}

/** The items, once `problemsOf` finds nothing. @throws {z.ZodError} */
export const validItems = (items: readonly unknown[]): BatchItem[] => items.map((item) => batchItem.parse(item));
