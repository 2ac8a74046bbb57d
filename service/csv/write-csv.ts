/** A value of a table that is written as CSV. */
export type Cell = string | number | boolean | null;

/** Spreadsheets read the text as UTF-8 because of it. */
export const byteOrderMark = '\u{FEFF}';

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection).
 * Spreadsheets in Chinese, Japanese and Korean read the wide forms of the signs too.
 */
export const escapeFormula = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

function toField(cell: Cell): string {
  const text = typeof cell === 'string' ? escapeFormula(cell) : String(cell ?? '');
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A record of RFC 4180. */
export const csvRecord = (cells: readonly Cell[]): string => `${cells.map(toField).join(',')}\r\n`;

/** CSV (RFC 4180) for spreadsheets. */
export const formatCsv = (records: readonly (readonly Cell[])[]): string => byteOrderMark + records.map(csvRecord).join('');
