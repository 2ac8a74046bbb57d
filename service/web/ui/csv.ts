import { byteOrderMark } from '../../csv/write-csv.ts';

/** Spreadsheets of languages with a decimal comma separate fields by semicolons. */
const delimiters = [',', ';', '\t'] as const;

/** The delimiter that occurs most often in the first line. */
function delimiterOf(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  const count = (delimiter: string) => line.split(delimiter).length;
  return delimiters.reduce((best, each) => (count(each) > count(best) ? each : best));
}

interface Field {
  readonly value: string;
  /** Offset of the delimiter or line break after it. */
  readonly end: number;
}

function readPlain(text: string, start: number, delimiter: string): Field {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') end += 1;
  return { value: text.slice(start, end), end };
}

/** A field in quotes, in which two quotes are one; undefined if the last quote is missing. */
function readQuoted(text: string, start: number, delimiter: string): Field | undefined {
  let from = start + 1;
  let value = '';
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const rest = readPlain(text, quote + 1, delimiter);
      return { value: value + rest.value, end: rest.end };
    }
    value += '"';
    from = quote + 2;
  }
}

/** The records of a CSV text (RFC 4180), also with LF or CR, semicolons or tabs; undefined if a quote is not closed. */
export function parseCsv(text: string, delimiter = delimiterOf(text)): string[][] | undefined {
  const records: string[][] = [];
  let record: string[] = [];
  let at = text.startsWith(byteOrderMark) ? 1 : 0;
  while (at < text.length) {
    const field = text[at] === '"' ? readQuoted(text, at, delimiter) : readPlain(text, at, delimiter);
    if (field === undefined) return undefined;
    record.push(field.value);
    if (text[field.end] === delimiter) {
      at = field.end + 1;
    } else {
      records.push(record);
      record = [];
      at = field.end + (text.startsWith('\r\n', field.end) ? 2 : 1);
    }
  }
  // The text ends with a delimiter: an empty field follows it.
  if (record.length > 0) records.push([...record, '']);
  return records;
}
