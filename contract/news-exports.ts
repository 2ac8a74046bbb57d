/** Forms of an exported file. */
export const exportKinds = ['csv', 'xlsx', 'jsonl', 'svg', 'png', 'pdf'] as const;
export type ExportKind = (typeof exportKinds)[number];

const tables = ['csv', 'xlsx', 'jsonl'] as const;
const charts = [...tables, 'svg', 'png'] as const;
/** What can be exported, and in which forms. */
export const exportDatasets = {
  articles: tables,
  sentiment: charts,
  topics: charts,
  countries: charts,
  sources: charts,
  weeks: charts,
  report: ['pdf'],
} as const satisfies Record<string, readonly ExportKind[]>;
export type ExportDataset = keyof typeof exportDatasets;

/** `expired`: the file was deleted after the retention period; `deleted`: its owner deleted it, and it is no longer listed. */
export const exportStates = ['queued', 'running', 'succeeded', 'failed', 'expired', 'deleted'] as const;
export type ExportState = (typeof exportStates)[number];

/** Why an export failed, and what its owner can do. */
export const exportErrors = {
  storage_full: 'The storage of exports is full: delete exports, or report it to the operator.',
  storage_failed: 'The file could not be stored: try again, or report it to the operator.',
  too_many_rows: 'A spreadsheet has at most 1,048,575 rows: export CSV, or a shorter period.',
  internal: 'The export failed: try again, or report its id to the operator.',
} as const;
export type ExportError = keyof typeof exportErrors;

/** Exports of one caller that may wait or run at the same time. */
export const maxPendingExports = 10;
/** Exports that one process writes at the same time. */
export const exportConcurrency = 2;
/** Seconds that a link to a file is valid. */
export const exportLinkSeconds = 3600;
